"""Tests of the room responders."""
