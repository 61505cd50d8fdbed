"""Workbooks as nobody's office program writes them, put together part by part."""

import io
import zipfile
from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
WORKBOOK = (
    f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


def relations(*targets: tuple[str, str]) -> str:
    """The part that says where the parts of each kind stand."""
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def sheet(rows: str, head: str = HEAD) -> str:
    """A sheet with these rows."""
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def packed(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", packing, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return kept.getvalue()


def book(first: str | bytes, place: str = "worksheets/sheet1.xml", **more: str | bytes) -> bytes:
    """A workbook with this one sheet, at this place, and further parts."""
    base = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": WORKBOOK,
    }
    related = relations(("worksheet", place), ("sharedStrings", "sharedStrings.xml"))
    named = {name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): part for name, part in more.items()}
    return packed({**base, "xl/_rels/workbook.xml.rels": related, f"xl/{place}": first, **named})
