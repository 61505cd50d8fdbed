"""Rows of a CSV export. One that was cut off, whose lines are uneven, or that is in another encoding is refused, and named."""

import csv
import io
from collections.abc import Iterator, Sequence

from responders.sources.fault_words import away
from responders.sources.source_file import ExportConnection

BOM = b"\xef\xbb\xbf"


def csv_rows(data: bytes, connection: ExportConnection) -> Iterator[Sequence[object]]:
    """The headings, and then each row. Raises RecordsAway."""
    text, wide = decoded(data, connection.encoding), 0
    if text and not text.endswith(("\n", "\r")):
        raise away("cut_off", line=text.count("\n") + 1)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=connection.separator, strict=True)
    try:
        for row in lines:
            if lines.line_num < connection.heading_row or not any(cell.strip() for cell in row):
                continue
            wide = wide or len(row)
            if len(row) != wide and not _is_end(row, connection):
                raise away("uneven", line=lines.line_num, cells=len(row), wide=wide)
            yield row
    except csv.Error as error:
        raise away("no_csv", line=lines.line_num) from error


def decoded(data: bytes, encoding: str) -> str:
    """The text. Raises RecordsAway where it is in another encoding than the file of the source says."""
    is_unicode = _is_utf8(data)
    if encoding == "utf-8":
        if not is_unicode:
            raise away("encoding", encoding="gb18030")
        return data.removeprefix(BOM).decode("utf-8")
    if data.startswith(BOM) or (is_unicode and not data.isascii()):
        raise away("encoding", encoding="utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise away("encoding", encoding="utf-8, gb18030") from None


def _is_end(row: Sequence[str], connection: ExportConnection) -> bool:
    return bool(connection.last_line) and row[0].strip().startswith(connection.last_line)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
