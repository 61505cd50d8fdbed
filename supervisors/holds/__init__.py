"""Held questions, frozen units and accounts, spot checks. The rules: cases/safeguards, access/freezes.py."""
