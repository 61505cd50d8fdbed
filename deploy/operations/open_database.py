"""The database of the settings, opened as its address asks for."""

from deploy.settings import Settings
from storage.database import Database
from storage.vault import Vault


def open_database(settings: Settings, vault: Vault | None = None) -> Database:
    """Connects when it is first asked; without a vault only what is not encrypted can be read and written."""
    return Database(settings.database, vault, settings.database_direct_url)
