"""One's own account in the browser: sessions, password, authenticator. Other people's accounts: administrators/accounts."""
