"""Tests of supervisors/."""
