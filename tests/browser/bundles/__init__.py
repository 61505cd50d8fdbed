"""Bundles in the browser."""
