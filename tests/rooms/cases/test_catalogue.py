"""The catalogue: what is packaged, what a folder adds, and what is refused."""

import json
import shutil
from pathlib import Path

import pytest

from cases.catalogue.catalogue import OURS, Catalogue, CatalogueProblem, load
from cases.catalogue.ladder import Rung
from cases.documents.known_kinds import KINDS
from storage.problem import Problem

CATALOGUE = load()
HOLDERS = {
    "police": {"kinship", "household_history", "identity_change", "no_criminal_record", "residence_permit", "birth", "death",
               "moral_conduct", "birth_record", "household_page"},
    "civil": {"marriage", "adopter_children", "low_income", "marriage_record"}, "resources": {"real_estate", "property_register"},
    "social": {"social_insurance", "insured_periods"}, "housing-fund": {"housing_fund", "housing_fund_record"},
    "transport": {"vehicle", "vehicle_record"}, "market": {"enterprise_archive", "enterprise_register"}, "tax": {"enterprise_tax"},
    "disabled": {"disability"},
}  # fmt: skip


def test_every_item_is_with_its_holder() -> None:
    held: dict[str, set[str]] = {}
    for item in CATALOGUE.items.values():
        held.setdefault(item.holder, set()).add(item.code)

    assert held == HOLDERS


def test_every_item_can_be_asked_for_some_matter() -> None:
    assert {item for matter in CATALOGUE.matters.values() for item in matter.items} == set(CATALOGUE.items)


def test_a_matter_allows_its_items_and_no_others() -> None:
    assert CATALOGUE.allows("close_relative_card", "kinship")
    assert not CATALOGUE.allows("close_relative_card", "no_criminal_record")
    assert not CATALOGUE.allows("no_such_matter", "kinship")


def test_the_seven_certificates_of_legal_aid() -> None:
    items = [CATALOGUE.item(code) for code in CATALOGUE.matter("legal_aid").items]

    assert len([item for item in items if not item.is_query]) == 7


def test_an_unknown_item_or_matter_is_a_problem_of_that_field() -> None:
    for ask, field in [(CATALOGUE.item, "item"), (CATALOGUE.matter, "matter")]:
        with pytest.raises(Problem) as caught:
            ask("no_such_code")
        assert [fault.field for fault in caught.value.faults] == [field]


def test_the_clock_of_the_machine_never_waits_for_somebody_to_sign() -> None:
    """Trap 1: each item says from the first delivery how long the machine may take and when the answer is due."""
    for item in CATALOGUE.items.values():
        assert 0 < item.machine_minutes <= 15
        assert 0 < item.deadline.urgent_office_minutes < item.deadline.office_minutes


def test_deadlines_are_minutes_and_never_days_that_could_be_misread() -> None:
    """Trap 8: a "P1D" that becomes 24 business hours cannot be written; only whole office minutes are read."""
    deadline = CATALOGUE.item("kinship").deadline

    assert deadline.model_dump() == {"office_minutes": 420, "urgent_office_minutes": 120, "machine_minutes": 5}


def test_the_two_ladders_end_with_somebody() -> None:
    steps = {code: [step.who for step in ladder.steps] for code, ladder in CATALOGUE.ladders.items()}

    assert steps["window"] == [Rung.DUTY, Rung.NEXT_CLERK, Rung.LEADER, Rung.SUPERVISOR]
    assert steps["community"][0] == Rung.FIRST_CONTACT
    assert steps["community"][-1] == Rung.BACK_TO_DESK


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("亲属", "zh", "kinship"), ("qsgx", "zh", "kinship"), ("QSGX", "zh", "kinship"), ("kinship", "en", "kinship"),
        ("犯罪", "zh", "no_criminal_record"), ("criminal record", "en", "no_criminal_record"), ("wfz", "zh", "no_criminal_record"),
        ("house", "en", "real_estate"), ("ｇｊｊ", "zh", "housing_fund"), ("marr", "zh", "marriage"), ("车", "zh", "vehicle"),
    ],
)  # fmt: skip
def test_search_finds_by_chinese_initials_and_english(text: str, locale: str, first: str) -> None:
    assert CATALOGUE.search(text, locale)[0].code == first


def test_search_stays_within_what_is_granted() -> None:
    assert [item.code for item in CATALOGUE.search("", "zh", {"death", "birth"})] == ["birth", "death"]
    assert CATALOGUE.search("kinship", "en", {"death"}) == []
    assert CATALOGUE.search("kinship nonsense", "en") == []


def test_matters_are_searched_alike() -> None:
    assert CATALOGUE.search_matters("xyk", "zh")[0].code == "close_relative_card"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_field_schemas_are_plain_json_in_either_language(locale: str) -> None:
    schemas = {code: item.field_schema(locale) for code, item in CATALOGUE.items.items()}

    assert json.loads(json.dumps(schemas)) == schemas
    assert schemas["kinship"]["subjects"][1] == {
        "role": "relative", "kind": "person", "label": {"zh-CN": "亲属", "en": "Relative"}[locale], "required": True,
        "fields": ["name", "id_number", "document", "other_name"],
        "documents": list(KINDS),
    }  # fmt: skip


KIND = """
code = "pet_licence"
holder = "police"
title = { zh = "挂失", en = "Lost card" }
keywords = ["挂失", "gs"]
class = "check"
matters = ["mortgage"]
help = { zh = "核实是否挂失。", en = "Whether a card was reported lost." }
deadline = { office_minutes = 420, urgent_office_minutes = 120, machine_minutes = 5 }

[[subjects]]
role = "person"
kind = "person"
label = { zh = "当事人", en = "Person" }

[[details]]
name = "where"
kind = "text"
label = { zh = "何处", en = "Where" }

[outcomes]
confirmed = { zh = "属实", en = "True" }
no_record = { zh = "查无记录", en = "No record" }
not_digitised = { zh = "未电子化", en = "Not electronic" }
cannot_say = { zh = "无法核实", en = "Cannot be verified" }
"""


def with_item(folder: Path, text: str, name: str = "items/pet_licence.toml") -> Catalogue:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load([folder])


def test_one_file_adds_an_item_to_the_catalogue_and_to_a_matter(tmp_path: Path) -> None:
    catalogue = with_item(tmp_path, KIND)

    assert catalogue.allows("mortgage", "pet_licence")
    assert catalogue.search("gs", "zh")[0].code == "pet_licence"
    assert len(catalogue.items) == len(CATALOGUE.items) + 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('holder = "police"', "", "holder: This field is needed."),
        ("help =", "halp =", "halp: There is no such field here."),
        ('class = "check"', 'class = "guess"', "class: Choose one of these: 'check' or 'query'."),
        ("office_minutes = 420", 'office_minutes = "P1D"', "deadline.office_minutes: This must be a whole number."),
        ("office_minutes = 420", "office_minutes = 60", "deadline: urgent_office_minutes must not be more than office_minutes."),
        ('matters = ["mortgage"]', 'matters = ["mortgag"]', 'matters: there is no matter "mortgag"; known are business_loan'),
        (
            'class = "check"',
            'class = "check"\nladder = "stairs"',
            'ladder: there is no ladder "stairs"; known are amended, community',
        ),
        ('code = "pet_licence"', 'code = "kept_card"', 'code: must be the name of the file, "pet_licence"'),
        ('kind = "text"', 'kind = "choice"', 'details.0: Give choices = [...] exactly where kind is "choice".'),
        ('name = "where"', 'name = "person"', "Every role and every detail needs a name of its own."),
        ("cannot_say =", "available_from =", "[outcomes] needs at least confirmed, no_record, not_digitised and cannot_say."),
        ("confirmed =", "certain =", "outcomes.certain: Choose one of these: 'confirmed'"),
        ('class = "check"', 'class = "check"\nconsult = true', "Give [ask_contact] exactly where consult = true."),
        (
            'class = "check"',
            'class = "check"\nconsult = true\nask_contact = { zh = "{where}？", en = "{who}?" }',
            "[ask_contact] may name in braces only required roles and details.",
        ),
        (
            'class = "check"',
            'class = "check"\nconsult = true\nask_contact = { zh = "{person", en = "?" }',
            "[ask_contact] may name in braces only required roles and details.",
        ),
        ('role = "person"', 'role = "Person!"', "subjects.0.role: This does not have the form that is asked for: ^[a-z]"),
        (
            "[outcomes]",
            (
                '[[facts]]\ncode = "lost"\nneeds = "found"\nlabel = { zh = "挂失", en = "Lost" }\n'
                'agrees = { zh = "已挂失", en = "lost" }\ndiffers = { zh = "未挂失", en = "not lost" }\n[outcomes]'
            ),
            "`needs` names a fact that stands before this one.",
        ),
        ("[outcomes]", "[outcomes", "must be TOML in UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_the_key_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in KIND
    with pytest.raises(CatalogueProblem) as caught:
        with_item(tmp_path, KIND.replace(old, new, 1))

    assert str(caught.value).startswith(f"{tmp_path / 'items' / 'pet_licence.toml'}: ")
    assert told in str(caught.value)


def test_a_code_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    shutil.copy(OURS / "items" / "kinship.toml", tmp_path / "items")

    with pytest.raises(CatalogueProblem, match=r"code: is taken by .*kinship\.toml; choose another"):
        load([tmp_path])


def test_a_matter_with_an_unknown_item_is_refused(tmp_path: Path) -> None:
    matter = 'code = "passport"\ntitle = { zh = "护照", en = "Passport" }\nkeywords = []\nitems = ["kinship", "shoe_size"]'

    with pytest.raises(CatalogueProblem, match=r'passport\.toml: items: there is no item "shoe_size"'):
        with_item(tmp_path, matter, "matters/passport.toml")


def test_a_ladder_cannot_go_on_after_the_desk(tmp_path: Path) -> None:
    ladder = """code = "odd"\ntitle = { zh = "怪", en = "Odd" }
    steps = [{ who = "back_to_desk", after_office_minutes = 0 }, { who = "deputy", after_office_minutes = 9 }]"""

    with pytest.raises(CatalogueProblem, match="back_to_desk ends a ladder"):
        with_item(tmp_path, ladder, "ladders/odd.toml")


def test_no_item_uses_the_words_that_its_answers_may_not_use() -> None:
    """A marriage is asked about by its record, never by somebody's marital status."""
    for item in CATALOGUE.items.values():
        shown = item.model_dump(exclude={"keywords", "forbidden"}).__repr__().casefold()
        assert [word for word in item.forbidden if word.casefold() in shown] == []
