"""Small files that unfold: what cells name, styles, comments, names and headings are bounded before they are kept."""

import zipfile
from collections.abc import Callable

import pytest

from storage.sheets import files, limits, rows
from storage.sheets.cells import Column
from storage.sheets.files import read_book
from storage.sheets.rows import read_rows
from tests.hostile.books import HEAD, MAIN, OFFICE, TYPES, book, packed, relations, sheet
from tests.hostile.memory import largest, read_alone, read_each
from tests.sheets import csv

LONG = "x" * 30_000
HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>h</t></is></c></row>'
SMALL = sheet(HEADING + '<row r="2"><c r="A2"><v>1</v></c></row>')


def strings(*texts: str) -> str:
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def named(cells: int) -> str:
    """A sheet in which so many cells name the first shared string."""
    return sheet("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1)))


def inline(text: str, cells: int) -> str:
    one = "<row>" + f'<c t="inlineStr"><is><t>{text}</t></is></c>' * 4 + "</row>"
    return sheet(one * (cells // 4))


def styled(styles: str) -> bytes:
    return packed({
        "[Content_Types].xml": TYPES, "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="s" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/s.xml"), ("styles", "styles.xml")),
        "xl/worksheets/s.xml": SMALL, "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    })  # fmt: skip


def many_sheets(count: int, first: str) -> bytes:
    """So many sheets, all of them the same part."""
    listed = "".join(f'<sheet name="s{n}" r:id="rId1"/>' for n in range(count))
    return packed({
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/s.xml")), "xl/worksheets/s.xml": first,
    })  # fmt: skip


def merged(groups: int) -> str:
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 10_001))
    ends = "".join(f'<mergeCell ref="A1:XFD{1_048_576 - n}"/>' for n in range(groups))
    return sheet(cells).replace("</sheetData>", f"</sheetData><mergeCells>{ends}</mergeCells>")


UNFOLDING: dict[str, Callable[[], bytes]] = {
    "a string of 100 kB named by 20,000 cells": lambda: book(named(20_000), xl__sharedStrings_xml=strings("x" * 100_000)),
    "a string as long as may be, named by 20,000 cells": lambda: book(named(20_000), xl__sharedStrings_xml=strings(LONG)),
    "the same in wide characters": lambda: book(named(20_000), xl__sharedStrings_xml=strings("😀" * 30_000)),
    "strings that no cell names": lambda: book(SMALL, xl__sharedStrings_xml=strings(*[LONG] * 1000)),
    "inline strings": lambda: book(inline(LONG, 1000)),
    "one inline string without end": lambda: book(inline("x" * 8_000_000, 4)),
    "an inline string of many pieces": lambda: book(inline("</t><t>".join(["x"] * 200_000), 4)),
    "a million styles": lambda: styled("<cellXfs>" + "<xf/>" * (limits.MOST_THINGS + 1) + "</cellXfs>"),
    "number formats of megabytes": lambda: styled(f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 5_000_000}"/></numFmts>'),
    "one sheet sixty times over": lambda: many_sheets(60, inline("x" * 10_000, 400)),
    "more sheets than anybody has": lambda: many_sheets(limits.MOST_SHEETS + 1, SMALL),
    "merged groups over everything": lambda: book(merged(2_000)),
    "elements inside one another": lambda: book("<a>" * 1_000_000),
    "millions of names of elements": lambda: book("<a>" + "".join(f"<a{n}/>" for n in range(500_000))),
    "millions of names of attributes": lambda: book("<a>" + "".join(f'<a b{n}=""/>' for n in range(500_000))),
    "a tag without end": lambda: book('<a b="' + "x" * 40_000_000),
    "a comment without end": lambda: book("<a><!--" + "x" * 40_000_000),
    "elements without end": lambda: book("<a>" + "<b/>" * (limits.MOST_ELEMENTS + 1)),
    "an encoding of which nobody knows": lambda: book('<?xml version="1.0" encoding="gb18030"?>' + SMALL.removeprefix(HEAD)),
    "a packing that asks for gigabytes": lambda: packed({"x": "x" * 1000}, zipfile.ZIP_LZMA),
    "a hundred thousand headings": lambda: csv([[f"h{n}" for n in range(100_000)], ["1"]]),
    "ten megabytes of commas": lambda: b"," * 10_000_000 + b"x",
    "commas behind open quotes": lambda: (b'a,"\n' + b"," * 30_000 + b'",') * 300,
    "rows without end": lambda: b"a\n" * 2_000_000,
    "a CSV cell longer than any": lambda: b"h\n" + b"x" * (limits.MOST_CELL + 1),
    "a hundred thousand headings by semicolons": lambda: b";".join(b"h%d" % n for n in range(100_000)) + b"\n1\n",
    "a hundred thousand headings by tabs": lambda: b"\t".join(b"h%d" % n for n in range(100_000)) + b"\n1\n",
    "a hundred thousand headings in GBK": lambda: ",".join(f"列{n}" for n in range(100_000)).encode("gbk"),
    "a hundred thousand headings in UTF-16": lambda: ",".join(f"列{n}" for n in range(100_000)).encode("utf-16"),
    "a hundred thousand headings of XLSX": lambda: book(sheet("<row>" + '<c t="b"><v>1</v></c>' * 100_000 + "</row>")),
    "headings in the last column": lambda: book(sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
    "quotes that never end": lambda: b'a\n"' + b"x\n" * 4_000_000,
    "quotes inside quotes": lambda: b'a\n"' + b'""' * 4_000_000 + b'"',
    "a CSV of nothing but returns": lambda: b"a\n" + b"\r" * 9_000_000 + b"x",
    "a CSV with NUL": lambda: b"a\n" + b"\0" * 1_000_000,
    "more than ten megabytes": lambda: b"x" * (limits.MOST_BYTES + 1),
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 1_000_000,
    "a zip of nothing": lambda: packed({}),
    "a zip of ten thousand parts": lambda: packed({f"p{n}": "" for n in range(10_000)}),
    "a zip cut off": lambda: book(SMALL)[:400],
    "a part of gigabytes, it says": lambda: book(SMALL).replace(len(SMALL).to_bytes(4, "little"), b"\xff\xff\xff\x7f"),
    "a sheet of blanks": lambda: book(sheet(" " * 70_000_000)),
    "entities that make entities": lambda: book('<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
    "an entity from elsewhere": lambda: book('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "number formats without end": lambda: styled(
        "<numFmts>" + "".join(f'<numFmt numFmtId="{n}" formatCode="0"/>' for n in range(limits.MOST_STYLES + 1)) + "</numFmts>"
    ),
    "a string of many pieces": lambda: book(named(4), xl__sharedStrings_xml=strings("</t></r><r><t>".join(["x"] * 200_000))),
    "strings without end": lambda: book(SMALL, xl__sharedStrings_xml=strings(*[""] * (limits.MOST_THINGS + 1))),
    "a shared string of megabytes": lambda: book(named(1), xl__sharedStrings_xml=strings("x" * 8_000_000)),
    "rows of one number": lambda: book(sheet('<row r="1"><c><v>1</v></c></row>' * 2)),
    "a row behind the last": lambda: book(sheet('<row r="99999999"><c><v>1</v></c></row>')),
    "a file of two sheets of one name": lambda: packed({
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")), "xl/worksheets/s.xml": SMALL,
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>' + '<sheet name="s" r:id="rId1"/>' * 2
                           + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/s.xml")),
    }),
}  # fmt: skip
HARMLESS: dict[str, Callable[[], bytes]] = {
    "comments of forty megabytes": lambda: book(SMALL, xl__comments1_xml=f'<comments xmlns="{MAIN}">' + "<t>x</t>" * 5_000_000),
    "defined names of forty megabytes": lambda: packed({
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")), "xl/worksheets/s.xml": SMALL,
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="s" r:id="rId1"/></sheets>'
                           f'<definedNames><definedName name="n">{"x" * 40_000_000}</definedName></definedNames></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/s.xml")),
    }),
    "a heading of thirty kilobytes, two hundred times": lambda: csv([[LONG] * 200, ["1"]]),
    "threaded comments of forty megabytes": lambda: book(
        SMALL, xl__threadedComments__one_xml=f'<ThreadedComments xmlns="{MAIN}">' + "<text>x</text>" * 3_000_000),
    "a comment of forty megabytes beside the cells": lambda: book(
        SMALL, xl__comments1_xml=f'<comments xmlns="{MAIN}"><t>' + "x" * 40_000_000),
    "hundreds of thousands of defined names": lambda: packed({
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")), "xl/worksheets/s.xml": SMALL,
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="s" r:id="rId1"/></sheets>'
                           "<definedNames>" + '<definedName name="n">s!A1</definedName>' * 400_000 + "</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/s.xml")),
    }),
    "fonts and fills by the hundred thousand": lambda: styled("<fonts>" + "<font/>" * 200_000 + "</fonts><fills>"
                                                              + '</fills><cellXfs><xf numFmtId="14"/></cellXfs>'),
    "as many styles as Excel has": lambda: styled("<cellXfs>" + '<xf numFmtId="14"/>' * 65_000 + "</cellXfs>"),
    "a macro of megabytes": lambda: book(SMALL, xl__vbaProject_bin=b"x" * 9_000_000),
}  # fmt: skip
REFUSALS = {
    limits.TOO_LARGE, limits.TOO_LONG_CELL, limits.TOO_MANY_ROWS, limits.TOO_MUCH_TEXT, limits.NOT_A_SHEET, files.SAVE_AS_XLSX,
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What became of each file, by its name."""
    every = {**UNFOLDING, **HARMLESS}
    return dict(zip(every, read_each(make() for make in every.values()), strict=True))


def test_there_are_fifty_of_them(answers: dict[str, str]) -> None:
    assert len(UNFOLDING) >= 50
    assert [name for name, answer in answers.items() if answer.startswith("failed") or not answer] == []


@pytest.mark.parametrize("name", UNFOLDING)
def test_what_unfolds_is_refused_before_it_fills_the_memory(name: str, answers: dict[str, str]) -> None:
    assert answers[name] in REFUSALS


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_not_read_costs_nothing(name: str, answers: dict[str, str]) -> None:
    assert answers[name] == "1 rows"


def test_the_largest_sheet_that_may_come_is_read_whole() -> None:
    assert read_alone(largest()) == f"{limits.MOST_ROWS} rows"


def test_a_sheet_full_of_faults_names_every_row_and_no_more_than_the_first_faults_in_full() -> None:
    columns = [Column(f"c{n}", f"c{n}", f"c{n}", required=True) for n in range(10)]
    header = [column.field for column in columns]
    table = read_book("x.csv", csv([[*header, "x"], *([""] * 10 + ["1"] for _ in range(5000))])).tables[0]
    read, faults = read_rows(table, [*columns, Column("x", "x", "x")])

    assert (read, len({fault.row for fault in faults})) == ([], 5000)
    assert rows.MOST_FAULTS < len(faults) < rows.MOST_FAULTS + 5000


def test_namespaces_make_no_difference() -> None:
    """What the reader of sheets hears are local names: the strict form of the format and prefixes are read like the usual one."""
    strict = SMALL.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    prefixed = SMALL.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")

    assert [read_alone(book(one)) for one in (strict, prefixed)] == ["1 rows"] * 2
