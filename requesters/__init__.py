"""Those who ask: bank staff, court clerks, their units' own systems."""
