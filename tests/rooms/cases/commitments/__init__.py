"""Commitments: their text, states and times."""
