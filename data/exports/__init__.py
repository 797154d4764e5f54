"""Exports: any table of the product as bytes that others can open."""
