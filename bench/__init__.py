"""Measurements of the product against the least that the same tools can do. Never run by tests."""
