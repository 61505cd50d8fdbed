"""Two sides that talk, in the browser."""
