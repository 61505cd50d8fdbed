"""Tests of answers that give back what is on record."""
