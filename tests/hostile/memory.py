"""Reading an uploaded file in a process of its own that may take only so much memory."""

import subprocess
import sys

MOST_MEMORY = 300 * 2**20  # address space of the whole process, the interpreter among it
PROGRAM = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
try:
    book = read_book("x", sys.stdin.buffer.read())
    print(sum(table.row_count for table in book.tables), "rows")
except BadFile as bad:
    print(bad.message)
"""


def read_alone(data: bytes) -> str:
    """How many rows were read, or the English sentence of the refusal. Fails where the memory was not enough."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    return done.stdout.decode().strip()
