"""Other people's accounts, and API keys. One's own account: web/account."""
