"""Text messages: ordered, sent, reported, reconciled, replied to. How a provider is called: contacts/sms."""
