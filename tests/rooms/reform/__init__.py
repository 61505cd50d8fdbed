"""Tests of the reform office's room."""
