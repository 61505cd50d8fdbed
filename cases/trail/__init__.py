"""Who did or looked at what: lines, chains, checkpoints, proofs, and their verification. The search over it: supervisors/views."""
