"""Commitments at the counter."""
