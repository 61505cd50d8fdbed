"""Tests of calls to units' own systems."""
