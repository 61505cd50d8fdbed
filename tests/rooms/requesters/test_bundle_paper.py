"""The paper of a bundle: a sealed cover, each unit's own sealed page, and what is said where one of them was touched."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from access.units import Unit
from cases.seals import Seal, SealMissing
from deploy.operations.seal_certificates import make_certificate, new_key
from requesters.receipts.attached_pages import attached_pages, spans
from requesters.receipts.bundle_checks import misfits, place_of
from requesters.receipts.bundle_paper import BundlePaper, Cover, Gap, Page, seal_bundle, sealing_unit
from requesters.receipts.seal_checks import Fault, NotGenuine, Sealed, check_seal
from tests.rooms.requesters.test_receipts import told
from tests.seals import NOW, City, make_city, paper

OFFICE = Unit(code="data-office", name_zh="浦江县数据管理中心", name_en="Data Administration Centre", supervises=True)
NUMBERS = ("20260302-AAAA1111", "20260302-BBBB2222", "20260302-CCCC3333")


def seal(city: City, code: str, name: str) -> Seal:
    key = new_key()
    return Seal(code, name, make_certificate((code, name), key, city.root, city.root_key, NOW), key)


def made(city: City, number: str, numbers: Sequence[str] = NUMBERS, missing: int = 0, undecided: int = 0) -> BundlePaper:
    """A bundle's paper with an answer of each of two units in turn."""
    units = [city.seal, seal(city, "civil", "浦江县民政局")]
    pages = [
        Page(replace(paper(), number=one, unit=(units[n % 2].name, "")), units[n % 2], ("亲属关系核查", "Kinship"), "吴一、吴大")
        for n, one in enumerate(numbers)
    ]
    gap = Gap(("婚姻登记核查", "Marriage"), ("民政局在办", "in hand at the civil affairs office"), ("吴一", "吴一"))
    cover = Cover(
        number, ("已故存款人存款", "Deposit of a deceased"), ("可以办理", "It may be paid out"), [],
        [gap] * missing, [gap] * undecided,
        [(("用途说明", "Purpose"), ("提取存款", ""))], [], "bank  asker", "https://hecha.example/verify",
    )  # fmt: skip
    return seal_bundle(cover, OFFICE, seal(city, OFFICE.code, OFFICE.name_zh), pages, NOW)


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


@pytest.fixture(scope="module")
def whole(city: City) -> BundlePaper:
    return made(city, "B20260302-1")


@pytest.fixture(scope="module")
def other(city: City) -> BundlePaper:
    return made(city, "B20260302-2", [number.replace("20260302", "20260301") for number in NUMBERS])


def sealed(city: City, pdf: bytes) -> Sealed | None:
    """What the seal says; None where it is not believed."""
    try:
        return check_seal(pdf, city.root)
    except NotGenuine:
        return None


def said(city: City, pdf: bytes) -> list[str]:
    """What is said of the pages in this file, as `/verify` and the command say it."""
    found = misfits(sealed(city, pdf), [sealed(city, page) for page in attached_pages(pdf)])
    return [one.words.format(**one.params) for one in found]


def with_page(pdf: bytes, place: int, page: bytes) -> bytes:
    """The file with another file attached as its page, everything else as it was but for the length."""
    start, end = spans(pdf)[place - 2]
    head = pdf.rindex(b"<</Length ", 0, start)
    new = re.sub(rb"/Length \d+", b"/Length %d" % len(page), pdf[head:start])
    return pdf[:head] + new + page + pdf[end:]


def without_page(pdf: bytes, place: int) -> bytes:
    start, end = spans(pdf)[place - 2]
    return pdf[: pdf.rindex(b"<</Length ", 0, start)] + b"null" + pdf[end + len(b"\nendstream") :]


def test_the_whole_and_every_page_prove_themselves_and_each_page_is_sealed_by_who_answered(city: City, whole: BundlePaper) -> None:
    cover = check_seal(whole.pdf, city.root)
    pages = [check_seal(page, city.root) for page in attached_pages(whole.pdf)]

    assert (cover.unit, cover.about) == ("data-office", "合并核查结果 B20260302-1")
    assert list(attached_pages(whole.pdf)) == list(whole.pages)
    assert [page.unit for page in pages] == ["police", "civil", "police"]
    assert [place and (place.bundle, place.place, place.pages) for place in map(place_of, pages)] == [
        ("B20260302-1", n, 4) for n in (2, 3, 4)
    ]
    assert said(city, whole.pdf) == []


def test_the_pages_that_are_shown_are_those_that_are_attached(whole: BundlePaper, tmp_path: Path) -> None:
    pages, text = told(whole.pdf, tmp_path)

    assert pages == 1 + len(NUMBERS)
    for n, number in enumerate(NUMBERS, 2):
        assert text.count(number) >= 2  # on the cover and on its page
        assert f"一件事B20260302-1第{n}页，共4页" in text
    assert "部分" not in text


def test_other_readers_find_one_good_signature_and_the_pages(whole: BundlePaper, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(whole.pdf)
    run = [shutil.which(tool) or "" for tool in ("pdfsig", "pdfdetach")]
    signatures = subprocess.run([run[0], "-nocert", str(tmp_path / "b.pdf")], capture_output=True, check=False, text=True).stdout
    files = subprocess.run([run[1], "-list", str(tmp_path / "b.pdf")], capture_output=True, check=True, text=True).stdout

    assert signatures.count("Signature is Valid") == 1
    assert "Total document signed" in signatures
    assert [f"{number}.pdf" in files for number in NUMBERS] == [True] * 3


def test_a_changed_cover_leaves_its_pages_provable_and_a_changed_page_is_the_only_one_not(city: City, whole: BundlePaper) -> None:
    cover = bytearray(whole.pdf)
    cover[200] ^= 1
    page = bytearray(whole.pdf)
    page[spans(whole.pdf)[1][0] + 500] ^= 1

    for touched, good in ((bytes(cover), [True] * 3), (bytes(page), [True, False, True])):
        with pytest.raises(NotGenuine) as wrong:
            check_seal(touched, city.root)
        assert wrong.value.fault in (Fault.ALTERED, Fault.ADDED)
        assert [sealed(city, one) is not None for one in attached_pages(touched)] == good


def test_a_page_that_was_swapped_cut_doubled_or_moved_is_said(city: City, whole: BundlePaper, other: BundlePaper) -> None:
    first, second, third = whole.pages
    swapped = with_page(whole.pdf, 3, other.pages[1])
    lone = with_page(whole.pdf, 3, made(city, "B20260302-1", NUMBERS[:1]).pages[0])
    cases = {
        swapped: ["Pages of several bundles are put together in this file: B20260302-1, B20260302-2.",
                  "Of bundle B20260302-1 with 4 pages, page 3 is not in this file."],
        without_page(whole.pdf, 3): ["Of bundle B20260302-1 with 4 pages, page 3 is not in this file."],
        with_page(whole.pdf, 3, first): ["Page 2 of bundle B20260302-1 is in this file more than once.",
                                         "Of bundle B20260302-1 with 4 pages, page 3 is not in this file."],
        with_page(with_page(whole.pdf, 3, third), 4, second): ["The pages in this file are not in their order."],
        lone: ["Page 2 of bundle B20260302-1 is in this file more than once."],
    }  # fmt: skip
    for touched, expected in cases.items():
        assert sealed(city, touched) is None
        assert set(expected) <= set(said(city, touched))


def test_a_part_says_so_on_every_page(city: City, tmp_path: Path) -> None:
    partial = made(city, "B20260302-3", NUMBERS[:2], missing=1)
    pages, text = told(partial.pdf, tmp_path)

    assert pages == 3
    assert text.count("部分结果：另有1项尚无反馈，不得视为全部结果。") == pages
    assert check_seal(partial.pdf, city.root).about.startswith("部分核查结果")
    for page in partial.pages:
        assert "部分结果" in told(page, tmp_path)[1]


@pytest.mark.parametrize(
    ("missing", "undecided", "sentence"),
    [
        (0, 2, "部分结果：另有2项是否需要核查尚未确定，不得视为全部结果。"),
        (1, 2, "部分结果：另有1项尚无反馈，2项是否需要核查尚未确定，不得视为全部结果。"),
    ],
)
def test_what_may_never_be_asked_is_not_counted_as_unanswered(
    city: City, tmp_path: Path, missing: int, undecided: int, sentence: str
) -> None:
    partial = made(city, "B20260302-5", NUMBERS[:2], missing, undecided)
    pages, text = told(partial.pdf, tmp_path)

    assert text.count(sentence) == pages == 3
    assert "视前项反馈而定的事项" in text
    assert ("尚无反馈的事项" in text) == bool(missing)
    assert check_seal(partial.pdf, city.root).about.startswith("部分核查结果")


def test_the_cover_is_sealed_by_who_supervises_and_without_one_not_at_all() -> None:
    assert sealing_unit([Unit(code="bank", name_zh="银行", name_en="Bank", asks=True), OFFICE]) is OFFICE
    with pytest.raises(SealMissing):
        sealing_unit([Unit(code="bank", name_zh="银行", name_en="Bank", asks=True)])
