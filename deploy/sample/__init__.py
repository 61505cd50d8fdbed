"""A whole invented city, always the same, to try Hecha with: nobody in it exists."""
