"""Those who ask: bank staff, court clerks, systems of their units. Those who answer: responders/."""
