"""Reading uploaded files in processes of their own that may take only so much memory and time of a core."""

import subprocess
import sys
from collections.abc import Iterable

MOST_MEMORY = 300 * 2**20  # address space of the whole process, the interpreter among it
MOST_SECONDS = 2  # of a core, of this process alone: what others do on the machine does not count
PROGRAM = f"""
import os, resource, sys
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile

def read(data):
    resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))
    resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))
    try:
        return f"{{sum(table.row_count for table in read_book('x', data).tables)}} rows"
    except BadFile as bad:
        return bad.message

while length := sys.stdin.buffer.read(8):
    data = sys.stdin.buffer.read(int.from_bytes(length))
    if not (child := os.fork()):
        print(read(data), flush=True)
        os._exit(0)
    if status := os.waitpid(child, 0)[1]:
        print("failed:", os.waitstatus_to_exitcode(status), flush=True)
"""


def read_each(files: Iterable[bytes]) -> list[str]:
    """For each file how many rows were read, or the English sentence of the refusal, or that memory or time were not enough."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        answers = []
        for data in files:
            reader.stdin.write(len(data).to_bytes(8) + data)
            reader.stdin.flush()
            answers.append(reader.stdout.readline().decode().strip())
    return answers


def read_alone(data: bytes) -> str:
    """The same of one file."""
    return read_each([data])[0]
