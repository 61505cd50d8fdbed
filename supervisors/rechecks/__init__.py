"""Contradicted commitments for the supervisor: what waits for a decision, what is overdue, the list and its correction."""
