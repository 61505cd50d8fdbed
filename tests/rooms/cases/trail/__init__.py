"""Tests of cases/trail/."""
