"""Hostile input: what somebody sends who wants in, wants more than theirs, or wants the house to fall over."""
