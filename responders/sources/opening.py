"""Opening the register that a file names; which extra of the install each kind of connection needs."""

from importlib.util import find_spec

from responders.sources.database import DatabaseRegister
from responders.sources.exports import ExportRegister
from responders.sources.fault_words import SourceProblem, said
from responders.sources.interface import InterfaceRegister
from responders.sources.register import Register, Tell, tell_nobody
from responders.sources.source_file import ExportConnection, InterfaceConnection, SourceFile
from responders.sources.sql_session import open_engine

# By the driver's package: the extra of `hecha-agent` that brings it.
DRIVERS = {"psycopg": "postgresql", "pymysql": "mysql", "oracledb": "oracle", "pymssql": "sqlserver"}


def open_register(file: SourceFile, person: bool, tell: Tell = tell_nobody) -> Register:
    """The register, opened; it is looked at before it is asked. Raises whatever opening it raises."""
    connection = file.connection
    if isinstance(connection, ExportConnection):
        return ExportRegister(file, connection, person)
    if isinstance(connection, InterfaceConnection):
        return InterfaceRegister(file, connection, person, tell)
    return DatabaseRegister(file, connection, person, tell)


def missing(file: SourceFile) -> str:
    """What this file cannot be used without here: a package, with the extra that brings it; or an address that is none."""
    connection = file.connection
    if isinstance(connection, ExportConnection):
        return _without_sheets(connection)
    if isinstance(connection, InterfaceConnection):
        return ""
    if find_spec("sqlalchemy") is None:
        return said("no_extra", package="sqlalchemy", extra="database")
    try:
        open_engine(connection).dispose()
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        return said("no_extra", package=package, extra=DRIVERS.get(package, "database"))
    except Exception as error:  # noqa: BLE001  # of an address that may hold a password nothing is repeated
        if type(error).__module__.startswith("sqlalchemy"):
            return said("wrong_address")
        raise SourceProblem(said("wrong_address")) from None
    return ""


def _without_sheets(connection: ExportConnection) -> str:
    """Only CSV where openpyxl is missing; nothing but the two is read at all."""
    name = connection.path or connection.pattern
    if name.lower().endswith(".xls"):
        return said("old_sheet")
    if name.lower().endswith(".xlsx") and find_spec("openpyxl") is None:
        return said("no_extra", package="openpyxl", extra="xlsx")
    return "" if name.lower().endswith((".csv", ".txt", ".xlsx")) else said("no_export")
