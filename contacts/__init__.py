"""Whom to text or ring, and what they said."""
