"""Backup, restore, doctor, keys, re-encryption, retention, health, metrics. Each is called by a command or a part."""
