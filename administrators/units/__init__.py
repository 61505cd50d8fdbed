"""Units in the browser. What a unit is: access/units.py."""
