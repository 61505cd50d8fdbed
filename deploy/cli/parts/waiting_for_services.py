"""Waiting at start until database, tables and broker are there, so that parts start in any order."""

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from broker.crypto.key_ring import WrongKey
from broker.transports.transport import TransportError
from deploy.operations.letter_keys import KeysElsewhere
from deploy.schema_version import is_current
from storage.database import Database
from storage.database_troubles import told_by

PAUSE = 1.0  # seconds between two looks

log = structlog.get_logger()


def wait_for_services(database: Database, declare: Callable[[], object]) -> None:
    """Returns once the tables are of this version or newer and `declare` has reached the post office; says once what is missing."""
    told = ""
    while missing := _missing(database, declare):
        if missing != told:
            log.warning("start_waits", missing=missing)
            told = missing
        time.sleep(PAUSE)
    if told:
        log.info("start_goes_on")


def _missing(database: Database, declare: Callable[[], object]) -> str:
    try:
        if not is_current(database):
            return "tables of this version: run hecha migrate"
        declare()
    except (KeysElsewhere, WrongKey) as wrong:
        return str(wrong)
    except PermissionError as error:
        return f"{error.filename}: this process may not read it; give it to the user that runs Hecha (chown)"
    except SQLAlchemyError as error:
        return f"the database: {told_by(error) or type(error).__name__}"
    except TransportError:
        return "the post office"
    return ""
