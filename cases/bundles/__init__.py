"""Bundles (一件事): the questions that one matter needs about its people, asked once and joined into one result."""
