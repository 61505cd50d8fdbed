"""Records that are looked up, in the browser: asked, answered by machine or by a person, read, printed."""
