"""Tests: the pages in a browser."""
