"""Tests of what both sides say to each other."""
