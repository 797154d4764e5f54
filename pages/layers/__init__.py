"""Layers: what the Explorer's chart can show, one module each, listed in registry.py."""
