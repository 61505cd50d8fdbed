"""Monitoring points: what towns and streets report each month, and what the reform office does about it."""
