"""Calls to units' own systems: which addresses, by which secret, how signed. When and what of: requesters/webhooks."""
