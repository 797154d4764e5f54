"""Boards: every module is one board: what it asks, and what it puts on the page."""
