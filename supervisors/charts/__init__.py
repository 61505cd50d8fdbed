"""Figures over time: series, pictures, the month. This moment: supervisors/board."""
