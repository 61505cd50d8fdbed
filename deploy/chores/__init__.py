"""Chores of the clock that belong to one noun: what it does once a minute."""
