"""The city's sign-on (OpenID Connect): asking it who somebody is, what it says about itself, and how much of it is read."""
