"""Tests of requesters/."""
