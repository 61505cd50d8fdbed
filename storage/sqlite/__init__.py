"""What is SQLite's own: who looks out for changes of a file, and when its log is emptied."""
