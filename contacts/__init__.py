"""Whom to text or ring, and what they said: roster, alerts, SMS providers, statements. Clerks of the unit itself: cases/duty."""
