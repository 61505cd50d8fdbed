"""Reading uploaded files in processes of their own that may take only so much memory and time of a core."""

import math
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import cache

from storage.sheets import limits
from storage.sheets.files import read_book
from tests.sheets import xlsx

MOST_MEMORY = 300 * 2**20  # address space of the whole process, the interpreter among it
LEAST_SECONDS = 2  # of a core, of this process alone, that each file may take; on a slow or busy machine more:
TIMES = 3  # as long as the largest sheet that may come takes there, by a sheet that is
PART = 10  # times smaller and read in the same run
PROGRAM = f"""
import os, resource, sys
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile

seconds = int(sys.argv[1])

def read(data):
    resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
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


@cache
def largest(part: int = 1) -> bytes:
    """The largest sheet that may come, or one that is so many times smaller."""
    rows = ([f"{row}-{n}" for n in range(10)] for row in range(limits.MOST_ROWS // part))
    return xlsx({"s": [[f"h{n}" for n in range(10)], *rows]})


@cache
def most_seconds() -> int:
    """How long each file may take here; looked at once in a run."""
    reference, took = largest(PART), []
    for _ in range(3):  # the first one also loads what reads it
        began = time.process_time()
        read_book("x", reference)
        took.append(time.process_time() - began)
    return max(LEAST_SECONDS, math.ceil(TIMES * PART * sorted(took)[1]))


def read_each(files: Iterable[bytes]) -> list[str]:
    """For each file how many rows were read, or the English sentence of the refusal, or that memory or time were not enough."""
    program = [sys.executable, "-c", PROGRAM, str(most_seconds())]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as reader:
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
