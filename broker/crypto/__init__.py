"""How letters are signed and encrypted: JOSE, keys, envelopes. Columns are encrypted in storage/."""
