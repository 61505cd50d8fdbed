"""Uploaded files that swell, hide or reach out: refused in a moment and with little memory."""

import resource
from collections.abc import Callable, Iterator

import pytest

from storage.sheets import limits
from storage.sheets.files import read_book
from tests.hostile.books import CELL, HEAD, MAIN, book, packed, sheet
from tests.hostile.ground import ROSTER_SHEET, Ground, open_ground
from tests.hostile.memory import read_alone
from tests.hostile.wire import multipart

FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SECRET = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ODS = (
    f'{HEAD}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet><table:table table:name="s">'
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)
WHOLE = sheet(CELL)
FILES: dict[str, Callable[[], bytes]] = {
    "one cell in the last corner": lambda: book(sheet(FAR)),
    "its place in single quotes": lambda: book(sheet(FAR.replace('"', "'"))),
    "its place with spaces": lambda: book(sheet(FAR.replace("r=", "r = "))),
    "its place in small letters": lambda: book(sheet(FAR.replace("XFD", "xfd"))),
    "its sheet elsewhere": lambda: book(sheet(FAR), "elsewhere/x.xml"),
    "its sheet under another ending": lambda: book(sheet(FAR), "media/picture.png"),
    "its sheet in another encoding": lambda: book(sheet(FAR).encode("utf-16")),
    "a column beyond the last": lambda: book(sheet('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>')),
    "a file of another program": lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ODS}),
    "a binary book beside a broken one": lambda: book("", xl__workbook_bin=b"\x83\x01\x00"),
    "an entity that grows": lambda: book(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>', LAUGHS)),
    "an entity from the disk": lambda: book(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>', SECRET)),
    "an entity in the shared strings": lambda: book(
        WHOLE, xl__sharedStrings_xml=f'{SECRET}<sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>'
    ),
    "a zip that swells": lambda: book(WHOLE, xl__x_xml=b"\0" * (limits.MOST_UNPACKED + 1)),
    "more parts than anybody needs": lambda: packed({f"{n}": "" for n in range(limits.MOST_PARTS + 1)}),
    "ten million strings": lambda: book(WHOLE, xl__sharedStrings_xml=f'<sst xmlns="{MAIN}">' + "<si><t/></si>" * 1_100_000),
    "more cells than rows can have": lambda: book(sheet('<row r="1">' + "<c><v>1</v></c>" * 1_000_001 + "</row>")),
    "a million rows of nothing": lambda: book(sheet("<row/>" * 1_000_001)),
    "ten megabytes of line ends": lambda: b"\n" * (limits.MOST_BYTES - 1),
    "one field without an end": lambda: b'a,"' + b"x" * 200_000,
    "a zip in name only": lambda: b"PK\x03\x04" + b"\0" * 1000,
    "a zip cut off": lambda: book(WHOLE)[:-30],
    "a part that lies about its length": lambda: book(WHOLE).replace(len(WHOLE).to_bytes(4, "little"), (9).to_bytes(4, "little")),
}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("sheets")) as ground:
        yield ground


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_little_memory(name: str) -> None:
    assert not read_alone(FILES[name]()).endswith("rows")


def test_a_wide_and_long_nothing_is_no_row() -> None:
    nothing = '<row r="1"><c r="GR1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'

    assert read_alone(book(sheet(nothing))) == "0 rows"


def test_what_office_programs_write_is_still_taken() -> None:
    rows = "".join(
        f'<row r="{n}" spans="1:3"><c r="A{n}" t="inlineStr"><is><t>{n}</t></is></c><c r="C{n}"><v>1</v></c></row>'
        for n in range(1, 2001)
    )

    (table,) = read_book("x.xlsx", book(sheet(rows), xl__media__a_xml="<x/>")).tables
    assert (len(table.rows), table.header) == (1999, ["1", "", "1.0"])


@pytest.mark.parametrize("who", [("asker", "/batches"), ("asker", "/api/v1/batches"), ("keeper", "/roster/import")], ids=str)
def test_a_hundred_megabytes_are_refused_at_once_and_not_taken_in(ground: Ground, who: tuple[str, str]) -> None:
    """With and without a length given in advance: no more than what may be sent is ever read."""
    kind, body = multipart({"item": "kinship"}, "x.xlsx", ROSTER_SHEET)
    before, taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, list[int]()

    def endless() -> Iterator[bytes]:
        yield body[:-20]
        for _ in range(100):
            taken.append(2**20)
            yield b"x" * 2**20

    headers = {**ground.headers(who[0]), "content-type": kind}
    told = ground.wire.send("POST", who[1], {**headers, "content-length": str(100 * 2**20)}, endless())
    streamed = ground.wire.send("POST", who[1], headers, endless())

    assert (told.status, streamed.status) == (413, 413)
    assert sum(taken) < 30 * 2**20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_refused_file_is_told_beside_the_form_in_words_and_nothing_is_kept(ground: Ground) -> None:
    before = ground.rows()
    sheet_of = multipart({"item": "kinship"}, "../../etc/cron.d/x.xlsx", FILES["an entity from the disk"]())
    page = ground.send("asker", "POST", "/batches", sheet_of)

    assert (page.status, "cannot be read" in page.text, "root:" in page.text) == (422, True, False)
    assert ground.rows() == before


def test_a_file_name_with_a_path_in_it_is_a_name_and_nothing_else(ground: Ground) -> None:
    """No file is ever written under a name that somebody sent."""
    made = ground.send("keeper", "POST", "/roster/import", multipart({}, "../../../tmp/evil.xlsx", ROSTER_SHEET))
    page = ground.send("keeper", "GET", made.header("location"))

    assert (made.status, page.status) == (303, 200)
    assert [path.name for path in ground.file.parent.rglob("*evil*")] == []
