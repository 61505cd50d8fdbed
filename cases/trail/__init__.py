"""The trail of who did or viewed what: hash chains, checkpoints, proofs, verification. Search: supervisors/views."""
