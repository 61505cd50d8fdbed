"""The keys of every test database: fixed, so that one process reads what another wrote."""

from storage.vault import Keys, Vault

KEYS = Keys({"test": bytes(range(32))}, bytes(range(32, 64)))
SECRET_KEYS = ",".join(KEYS.text().split())  # the same as the setting HECHA_SECRET_KEYS
VAULT = Vault(KEYS)
