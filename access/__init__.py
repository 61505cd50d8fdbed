"""Units, accounts, sessions, API keys, authentication, sign-in throttle. The pages of signing in: web/sign_in."""
