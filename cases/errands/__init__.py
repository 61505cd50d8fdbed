"""Errands: questions that the agent of a village or street (代办员) asks for a citizen who stays at home."""
