"""Bundles for those who ask: opening, following, telling; by page, API, letter and sheet."""
