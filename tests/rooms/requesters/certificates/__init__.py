"""Certificates for those who ask: one search, the right way at once, the slip, what is counted."""
