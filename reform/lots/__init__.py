"""Commitments by lot (双随机): the monthly draw, what inspectors find, and how anybody can work the draw out again."""
