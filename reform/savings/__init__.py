"""What it saved: what really happened by month, the rules that make journeys, papers and days of it, open counts."""
