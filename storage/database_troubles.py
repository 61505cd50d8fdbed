"""What is wrong with a database, in one line for whoever runs the house: what to look at, and never a password."""

import re
from collections.abc import Sequence

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from storage.database_outages import code_of
from storage.database_url import servers_of

SETTING = "HECHA_DATABASE_URL"
# The beginning of a code, what the driver or the server says (in English or, of a server, Chinese), our words; the first counts.
# PostgreSQL's driver knows a code once it is connected, and before that only words. Later its words are not looked at: they may
# repeat what people wrote.
SERVER: Sequence[tuple[str, str, str]] = (
    ("", r"unsupported startup parameter",
     "a pooler answers at {where}: name the server's own address in HECHA_DATABASE_DIRECT_URL"),
    ("25006", r"session is read-only|in hot standby mode|hot standby mode is disabled",
     f"{{where}} takes nothing, being a standby or set read-only: name every server in {SETTING}, or promote this one"),
    ("28000", r"pg_hba\.conf",
     "{where} lets {user} in to database {name} from here not at all, or not so: look at its pg_hba.conf, and at sslmode"),
    ("28P01", r"password authentication failed|no password supplied|Password 认证失败",
     f"{{where}} does not take this password of {{user}}: look at user and password in {SETTING}"),
    ("28", r"role \".*\" does not exist|角色 \".*\" 不存在",
     f"there is no user {{user}} at {{where}}: look at {SETTING}, or run createuser"),
    ("3D000", r"database \".*\" does not exist|数据库 ?\".*\" 不存在",
     f"there is no database {{name}} at {{where}}: look at {SETTING}, or run createdb"),
    ("", r"authentication request|negotiation|closed the connection",
     f"what answers at {{where}} is not PostgreSQL, or broke off: look at host and port in {SETTING}"),
    ("", r"certificate|SSL|TLS", "{where} and we do not agree on certificates: look at sslmode and sslrootcert in " + SETTING),
    ("42501", r"permission denied for|权限不够",
     "{user} may not do this in database {name}: make it the owner of the database and of all its tables"),
    ("42P01", "", "database {name} at {where} lacks tables: is it the right one? Run `hecha migrate`"),
    ("", r"resolve host|translate host name", f"a host of {{where}} is not known by name: look at {SETTING}"),
    ("", r"Connection refused", f"nobody listens at {{where}}: does PostgreSQL run? Look at host and port in {SETTING}"),
    ("", r"timeout expired|timed out|No route to host|unreachable",
     f"{{where}} does not answer: look at host and port in {SETTING}, and at what stands between"),
    ("53300", r"too many clients|connection slots", "{where} has no connection left: raise its max_connections"),
    ("53", r"No space left", "the disk of {where} is full"),
    ("57P", r"starting up|shutting down|启动中|关闭", "{where} is starting or stopping"),
)  # fmt: skip
FILE: Sequence[tuple[str, str, str]] = (
    ("SQLITE_CANTOPEN", "", "{file} cannot be opened: is its folder there, and may this user write in it?"),
    ("SQLITE_READONLY", "", "{file} may not be written by this user"),
    ("SQLITE_PERM", "", "{file} may not be used by this user"),
    ("SQLITE_FULL", "", "the disk of {file} is full"),
    ("SQLITE_IOERR", "", "the disk of {file} fails"),
    ("SQLITE_BUSY", "", "{file} is locked: another program has been writing it for long"),
    ("SQLITE_LOCKED", "", "{file} is locked: another program has been writing it for long"),
    ("SQLITE_NOTADB", "", f"{{file}} is no database: look at {SETTING}"),
    ("SQLITE_CORRUPT", "", "{file} is damaged: restore a backup"),
    ("SQLITE_ERROR", "no such table", "{file} lacks tables: is it the right one? Run `hecha migrate`"),
)
MANY = "all connections of this process are in use, or none could be had in time"


def trouble_of(cause: BaseException | None, url: URL) -> str:
    """What is wrong with the database of this address, from what its driver raised; empty where that is not known."""
    code, said, sqlite = code_of(cause), str(cause), url.get_backend_name() == "sqlite"
    for state, pattern, words in FILE if sqlite else SERVER:
        coded = bool(state) and code.startswith(state)
        spoken = bool(pattern) and re.search(pattern, said, re.IGNORECASE) is not None
        if (coded and (spoken or not pattern)) if sqlite else (coded if code else spoken):
            return words.format(**_places(url))
    return ""


def _places(url: URL) -> dict[str, str]:
    if url.get_backend_name() == "sqlite":
        return {"file": url.database or ""}
    return {"where": servers_of(url), "user": url.username or "nobody", "name": url.database or url.username or ""}


def told_by(error: BaseException) -> str:
    """The line that an error of one of our own databases bears; empty where it bears none."""
    if isinstance(error, NoConnection):
        return MANY
    return error.detail[-1] if isinstance(error, DBAPIError) and error.detail else ""
