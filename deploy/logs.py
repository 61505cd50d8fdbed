"""Logs: one JSON line an event, through structlog, with every number that could be a person's masked."""

import logging
import re
import resource
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

# Fourteen or more digits may be an ID or bank card number, eleven starting with 1 a mobile number; case numbers are neither.
# Only digits end such a number: Chinese is written without spaces, and a letter may stand before it.
# Of other documents: a permit's letter and digits, a card's three letters and twelve digits, what most passports look like.
SECRETS = re.compile(
    r"(?<!\d)(\d{17}[\dXx]|\d{14,}|(?:\+?86)?1[3-9]\d{9})(?!\d)"
    r"|(?<![A-Za-z0-9-])([A-Za-z]{3}\d{12}|[HMhm]\d{10}|[A-Za-z]\d{8}|[A-Za-z]{2}\d{7})(?![A-Za-z0-9-])"
)
PLAIN = (bool, float, type(None))


def mask(value: object) -> object:
    """The value with such numbers replaced, in containers and their keys too; what is no plain value becomes its masked words."""
    if isinstance(value, dict):
        return {mask(key): mask(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask(inner) for inner in value]
    if isinstance(value, PLAIN):
        return value
    masked = SECRETS.sub("***", str(value))
    return value if isinstance(value, int) and masked == str(value) else masked


def redact(_logger: object, _name: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """The last processor but the renderer: nothing personal leaves, whoever wrote it."""
    return {key: mask(value) for key, value in event.items()}


def where(exc_info: Any) -> str:
    """What kind of error and where, cause by cause. Never its text or locals: these may hold what somebody typed."""
    lines, error = list[str](), exc_info[1]
    while error is not None:
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        lines.append(" < ".join([type(error).__name__, *reversed(places)]))
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


def start_logs(level: str, tty: bool | None = None) -> None:
    """Sends everything, also what libraries log, through the same processors to standard error."""
    pretty = sys.stderr.isatty() if tty is None else tty
    show: Any = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    errors = structlog.processors.ExceptionRenderer(where)
    shared: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso"), errors]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, redact, show])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers, root.level = [handler], getattr(logging, level.upper())
    for noisy in ("amqp", "kombu", "twilio", "urllib3", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # seven lines for each try at a broker that is away; we say it once


def start_process(level: str) -> None:
    """What every process does first: its log is opened, and what it will hold of people and keys shall lie in no core dump."""
    start_logs(level)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
