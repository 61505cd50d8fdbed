"""Commitments: what a person states instead of a certificate, as it was signed; a paper that follows by a day; what time brings."""
