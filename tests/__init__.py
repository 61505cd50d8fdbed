"""Tests see everything."""
