"""Logs: one JSON line an event, through structlog, with every number that could be a person's masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Fifteen or more digits may be an ID or bank card number, eleven starting with 1 a mobile number; case numbers are neither.
SECRETS = re.compile(r"(?<![\w-])(\d{6}(?:18|19|20)?\d{9}[\dXx]?|\d{14,19}|(?:\+?86)?1[3-9]\d{9})(?![\w-])")


def mask(value: Any) -> Any:
    """The value with such numbers replaced, in containers too."""
    if isinstance(value, str):
        return SECRETS.sub("***", value)
    if isinstance(value, dict):
        return {key: mask(inner) for key, inner in value.items()}
    return [mask(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor but the renderer: nothing personal leaves, whoever wrote it."""
    return {key: mask(value) for key, value in event.items()}


def start_logs(level: str, tty: bool | None = None) -> None:
    """Sends everything, also what libraries log, through the same processors to standard error."""
    pretty = sys.stderr.isatty() if tty is None else tty
    show: Any = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    # Locals of a failing function may hold a person's data: they are never shown.
    errors = structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False) if not pretty else structlog.dev.plain_traceback  # type: ignore[arg-type]  # structlog types the formatter narrowly
    )
    shared: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso"), errors]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, redact, show])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers, root.level = [handler], getattr(logging, level.upper())
    for noisy in ("pika", "amqp", "kombu", "twilio", "urllib3", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
