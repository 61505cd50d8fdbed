"""What is asked, and what became of it."""
