"""What holds on pages of every room: counts, lists, queries, sentences."""
