"""Errands: people one after the other or from a sheet, asked about together, on a page that a slow telephone can bear."""
