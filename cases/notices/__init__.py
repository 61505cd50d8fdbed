"""Notices of outcomes to units' own systems: what waits, what was told, what was given up. Who calls them: requesters/webhooks."""
