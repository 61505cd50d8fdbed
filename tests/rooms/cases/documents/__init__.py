"""Tests: rooms/cases/documents."""
