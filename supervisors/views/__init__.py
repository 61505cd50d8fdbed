"""Who looked at what: the search of the trail, and its sheets. How a line is written: cases/trail."""
