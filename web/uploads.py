"""Uploads stay in memory: what people send about people never lies in clear in the system's folder for temporary files."""

from starlette.formparsers import MultiPartParser

IN_MEMORY = 16 * 1024 * 1024  # bytes of one upload: more than any route takes


def keep_in_memory() -> None:
    """From now on no file of a form is written to a disk while it is read."""
    MultiPartParser.spool_max_size = IN_MEMORY
