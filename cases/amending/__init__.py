"""Putting a delivered answer right: what an amendment or withdrawal changes, and every answer that stood before."""
