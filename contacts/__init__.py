"""People to text or ring, and what they said: roster, alerts, SMS providers, statements. Clerks' duty: cases/duty."""
