"""What is PostgreSQL's own: several statements in one round trip, and who is told of a change."""
