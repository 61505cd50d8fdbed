"""Commitments that are checked later."""
