"""The distributed house as real processes, and what may happen to them: none of it loses a question or answers one twice."""
