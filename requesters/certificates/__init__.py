"""Certificates for those who ask: where a name leads, what is not needed, and the slip that says so."""
