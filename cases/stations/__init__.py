"""Stations of a unit: the rules that lead a question to one, the moves between their desks, whose desk a case is at."""
