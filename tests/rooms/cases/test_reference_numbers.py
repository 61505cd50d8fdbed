"""References: a file number is one, and holds nothing about a person."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.documents.id_numbers import bridge
from cases.question import Question
from cases.safeguards.reference_numbers import is_place, reference_faults
from tests.routes import FATHER, SON, kinship

OFFICIAL = ["张检刑诉〔2024〕12号", "张检刑诉(2024)12号", "张检刑诉[2024]第12号", "义检刑诉〔2024〕12号"]
SIGNS = ["", " ", "-", "/", ".", "_", "·", "—", "\u3000", "－"]
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def codes(reference: str, name: str = "吴一") -> list[str]:
    """What is wrong with this reference in a question about somebody of this name."""
    people = {"person": {"name": name, "id_number": SON}, "relative": {"name": "吴大", "id_number": FATHER}}
    return [fault.code for fault in reference_faults(Question.model_validate(kinship(reference, subjects=people)))]


@pytest.mark.parametrize("reference", ["HC-1", "滨银贷〔2026〕0417号", "XYK-000815", "2026-0815", "ＬＤ－７２", "B7"])
def test_a_file_number_is_taken(reference: str) -> None:
    assert codes(reference) == []


@pytest.mark.parametrize("reference", ["无", "测试", "test", "-", "1", "000000", "111-111", "123456", "0123", "aaa", "贷款"])
def test_what_is_no_file_number_is_refused(reference: str) -> None:
    assert codes(reference) == ["implausible"]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("金华2024-00123", "金华"),
        ("金华市分行2024-00123", "金华"),
        ("浙江金华2024-00123", "金华"),
        ("延安2024-7", "延安"),
        ("金华2024-00123", "华"),
        ("华2024-00123", "华"),
        ("Lilong-2024-7", "Li"),
        ("Lilong-2024-7", "Long"),
        ("LILONG-2024-7", "Li Long"),
        ("LI-2024-7", "Li"),
        ("Annex 2024-7", "Ann"),
        ("滨银贷〔2026〕0417号", "银贷子"),
        *((reference, "张检") for reference in OFFICIAL),
        ("(2024)浙0782民初123号", "浙民"),
        ("330782-2024-0315-12", "吴一"),
        ("200725850101123", "吴一"),
        ("20240315093000123456", "吴一"),
    ],
)
def test_a_place_a_part_of_a_word_or_an_office_is_nobody_s_name(reference: str, name: str) -> None:
    assert codes(reference, name) == []


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("吴一 2026-1", "吴一"),
        ("吴一2026-1", "吴一"),
        ("2026-1吴一", "吴一"),
        ("吴-一-2026-1", "吴一"),
        ("吴　一2026-1", "吴一"),
        ("客户吴一2026", "吴一"),
        ("吴一贷〔2026〕3号", "吴一"),
        ("吴一检刑诉〔2026〕3号", "吴一"),
        ("吴一〔2026〕3号", "吴一"),
        ("滨海银行吴一信用卡2026-1", "吴一"),
        ("金华吴一2026-1", "吴一"),
        ("诸葛孔明-2026-1", "诸葛孔明"),
        ("阿依古丽买买提2026", "阿依古丽·买买提"),
        ("阿依古丽·买买提 2026", "阿依古丽·买买提"),
        ("Li Long 2024-7", "Li Long"),
        ("li_long-2024-7", "Li Long"),
        ("LiLong-2024-7", "Li Long"),
        ("XYK-LI-LONG-7", "Li Long"),
        ("Maria-2024-7", "Maria"),
        ("Ｍａｒｉａ2024", "Maria"),
        ("义乌滨海贸易有限公司-2026-1", "义乌滨海贸易有限公司"),
    ],
)
def test_a_whole_name_as_asked_is_kept_out(reference: str, name: str) -> None:
    """File numbers stand in clear in lists and addresses of files; a person's name or number does not."""
    assert codes(reference, name) == ["names_somebody"]


@pytest.mark.parametrize(
    "reference", [SON, f"{SON[:6]} {SON[6:]}", "330725620514001", "330725-620514-001", f"XYK{SON}", f"2026{SON}7"]
)
def test_an_id_number_is_kept_out(reference: str) -> None:
    assert codes(reference) == ["names_somebody"]


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """Numbers of anybody, with 18 characters or in the old form with 15 digits."""
    place = draw(st.sampled_from(["110101", "330725", "330782", "650102"]))
    day = draw(st.dates(date(1920, 1, 1), date(1999, 12, 31))).strftime("%y%m%d")
    old = f"{place}{day}{draw(st.integers(0, 995)):03}"
    return draw(st.sampled_from([bridge(old), old]))


@given(id_numbers(), st.sampled_from(SIGNS), st.integers(0, 9), st.sampled_from(["", "XYK-", "滨银贷", "No."]), st.booleans())
def test_no_sign_between_its_digits_hides_an_id_number(number: str, sign: str, seed: int, before: str, wide: bool) -> None:
    cuts = sorted(Random(seed).sample(range(1, len(number)), 2))
    parts = [number[: cuts[0]], number[cuts[0] : cuts[1]], number[cuts[1] :]]
    text = before + sign.join(parts)

    assert codes(text.translate(WIDE) if wide else text) == ["names_somebody"]


@given(
    st.sampled_from(["吴一", "欧阳小明", "张三丰"]),
    st.text(alphabet="0123456789-〔〕号第字贷款客户金华", max_size=12),
    st.integers(0, 12),
)
def test_wherever_a_whole_name_stands_it_is_kept_out(name: str, around: str, place: int) -> None:
    assert codes(f"{around[:place]}{name}{around[place:]}", name) == ["names_somebody"]


def test_places_are_known_with_and_without_their_kind() -> None:
    assert all(map(is_place, ("金华", "金华市", "义乌", "浙江", "浙江省", "内蒙古", "延安")))
    assert not any(map(is_place, ("吴一", "张检", "市", "")))
