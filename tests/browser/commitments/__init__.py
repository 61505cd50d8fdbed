"""Commitments in the browser: read, signed and kept."""
