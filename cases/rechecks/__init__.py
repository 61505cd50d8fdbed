"""Commitments checked later, by questions and by lot; being heard about a contradicted one; the list of those that do not hold."""
