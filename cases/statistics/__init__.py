"""How much was asked and answered in which hour, and how fast. The charts: supervisors/charts."""
