"""Telling a unit's own system of outcomes. Where it listens and by which key: access/webhooks/webhook_keys.py."""
