"""Finders: the marker rules told piece by piece; each keeps no more of the past than it needs."""
