"""A department's agent: reads questions, asks handlers, sends findings; without our database."""
