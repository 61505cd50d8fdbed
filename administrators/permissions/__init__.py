"""Grants and applications for them in the browser. The rules: cases/grants."""
