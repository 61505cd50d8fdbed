"""What the clock does with a case that waits for a person: ladders and reminders. How a text is sent: contacts/alerts."""
