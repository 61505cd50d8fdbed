"""The sample city: valid numbers, families that fit together, the same on every run."""

import hashlib
import re
import sqlite3
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import phonenumbers
import pytest
from stdnum.cn import uscc

from access.accounts import ROLES
from cases.catalogue.catalogue import load
from cases.documents.id_numbers import ResidentId
from responders.agent.record_stores import RecordStore, SeenStore
from responders.handlers import RecordsAway
from responders.handlers import load as load_handlers
from sample.city import directory
from sample.city.archives import write_archives
from sample.city.city import TODAY, City, build
from sample.city.papers import ELECTRONIC_FROM
from storage.office_time import OFFICE

PINNED = {
    "people": 28902, "households": 13353, "lines": 52764, "marriages": 11684, "adoptions": 358,
    "changes": 154, "holdings": 50659, "enterprises": 1500, "pages": 7021,
}  # fmt: skip


def test_the_city_is_the_same_on_every_run(city: City, archives: Path, tmp_path: Path) -> None:
    again = write_archives(build(), tmp_path)

    assert _hashes(archives) == _hashes(tmp_path)
    assert [path.stem for path in again] == list(ELECTRONIC_FROM)


def test_every_store_looks_whole_to_its_agent_and_is_none_before_its_day(city: City, archives: Path) -> None:
    today, known = datetime.combine(city.today, time(9), OFFICE), load_handlers()
    for unit, items in ELECTRONIC_FROM.items():
        for item in items:
            store = RecordStore(item, known[item], archives / f"{unit}.sqlite", SeenStore())
            store.look(today)
            store.close()
            early = RecordStore(item, known[item], archives / f"{unit}.sqlite", SeenStore())
            with pytest.raises(RecordsAway, match="no day until today"):
                early.look(today - timedelta(days=1))
            early.close()


def test_the_city_has_these_numbers_of_everything(city: City) -> None:
    chronicle = city.chronicle
    counts = {
        "people": len(city.people), "households": len(chronicle.registry.households), "lines": len(chronicle.registry.stays),
        "marriages": len(chronicle.marriages), "adoptions": len(chronicle.adoptions), "changes": len(chronicle.changes),
        "holdings": len(city.holdings), "enterprises": len(city.enterprises), "pages": len(city.pages),
    }  # fmt: skip

    assert counts == PINNED
    assert sum(person.here for person in city.people) > 20_000


def test_another_day_or_seed_gives_another_city(city: City) -> None:
    earlier, other = build(date(1990, 1, 1)), build(date(1960, 1, 1), seed=7)

    assert all(person.born <= date(1990, 1, 1) for person in earlier.people)
    assert other.people[0].number != city.people[0].number


def test_every_id_number_passes_its_check_and_is_given_once(city: City) -> None:
    numbers = [person.number for person in city.people]

    assert [ResidentId.parse(number, TODAY).number for number in numbers] == numbers
    assert [person.sex for person in city.people] == [ResidentId(number).sex for number in numbers]
    assert len(set(numbers)) == len(numbers)
    assert len({ResidentId(number).old_number or number for number in numbers}) == len(numbers)


def test_those_born_before_1988_keep_the_retired_county_code(city: City) -> None:
    children = [person for person in city.people if person.mother and not person.adopted]

    assert {person.number[:6] for person in children if person.born.year < 1988} == {"330725"}
    assert {person.number[:6] for person in children if person.born.year >= 1988} == {"330782"}
    assert len({person.number[:6] for person in city.people}) > 10


def test_every_enterprise_has_a_credit_code_that_passes_its_check(city: City) -> None:
    assert all(uscc.is_valid(enterprise.code) for enterprise in city.enterprises)
    assert len({enterprise.code for enterprise in city.enterprises}) == len(city.enterprises)


def test_children_are_born_to_living_parents_of_an_age_to_have_them(city: City) -> None:
    for child in city.people:
        if child.mother and child.father and not child.adopted:
            assert 15 <= child.mother.age(child.born) <= 46
            assert child.father.age(child.born) >= 15
            assert all(parent.died is None or parent.died >= child.born for parent in child.parents)


def test_nobody_stands_on_two_lines_at_once(city: City) -> None:
    for person in city.people:
        for line, after in zip(person.stays, person.stays[1:], strict=False):
            assert line.left is not None
            assert line.entered <= line.left <= after.entered


def test_nobody_stands_on_an_open_line_after_death_and_everybody_at_home_has_one(city: City) -> None:
    assert not [person for person in city.people if person.died and any(line.left is None for line in person.stays)]
    assert all(person.stays[-1].left is None for person in city.people if person.here and person.household)


def test_every_household_with_people_has_one_head(city: City) -> None:
    for household in city.chronicle.registry.households:
        heads = [line for line in household.open.values() if line.relation == "户主"]
        assert len(heads) == (1 if household.open else 0)


def test_nobody_is_married_twice_at_once_or_to_a_sibling(city: City) -> None:
    standing: Counter[int] = Counter()
    for marriage in city.chronicle.marriages:
        assert marriage.husband.sex != marriage.wife.sex
        assert not set(marriage.husband.parents) & set(marriage.wife.parents)
        if marriage.ended is None:
            standing.update((marriage.husband.id, marriage.wife.id))
    assert set(standing.values()) == {1}


def test_marriages_before_1999_stand_in_the_register_under_15_digits_only(archives: Path) -> None:
    """Trap of the field: 1985 to before 1999 numbers had 15 digits, and today's number finds nothing."""
    records = sqlite3.connect(archives / "civil.sqlite")
    lengths = set(records.execute("SELECT since < '1999', length(husband), length(wife) FROM marriage"))
    records.close()

    assert lengths == {(1, 15, 15), (0, 18, 18)}


def test_lines_closed_before_1985_are_on_paper_and_not_in_the_machine(city: City, police: sqlite3.Connection) -> None:
    assert police.execute("""SELECT count(*) FROM member WHERE "left" < '1985'""").fetchone() == (0,)
    assert police.execute("SELECT count(DISTINCT length(number)) FROM member").fetchone() == (2,)
    assert {page.unit for page in city.pages} == {"police", "civil"}


def test_every_looked_up_column_is_found_by_an_index(police: sqlite3.Connection) -> None:
    for table, column in (("member", "number"), ("member", "household"), ("death", "number"), ("former", "old_number")):
        plan = police.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} IN ('1', '2')").fetchall()
        assert f"USING INDEX {table}_{column}" in plan[0][3]


def test_electronic_years_agree_with_the_catalogue() -> None:
    items = load().items
    ours = {item: (unit, year) for unit, years in ELECTRONIC_FROM.items() for item, year in years.items()}

    assert ours == {code: (item.holder, item.electronic_from) for code, item in items.items() if item.electronic_from}


def test_the_roster_has_226_people_with_a_few_gaps() -> None:
    roster = directory.contacts()
    phones = [contact.phone for contact in roster if contact.phone]
    directors = {contact.area for contact in roster if contact.role == "director"}

    assert len(roster) == 226
    assert len(directory.areas()) == 14 + 113
    assert len({contact.area for contact in roster} - directors) == 1
    assert (len(roster) - len(phones), len(set(phones))) == (4, 222)
    assert [phone for phone in phones if not re.fullmatch(r"\+861390000\d{4}", phone)] == ["+8657985550029"]
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)
    assert {contact.area for contact in roster} <= {area.code for area in directory.areas()}


def test_every_unit_has_its_people() -> None:
    staff, codes = directory.accounts(), [unit.code for unit in directory.units()]
    clerks = Counter(account.unit for account in staff if "clerk" in account.roles)

    assert len(codes) == len(set(codes)) == 18
    assert {account.unit for account in staff} == set(codes)
    assert Counter(account.unit for account in staff if "asker" in account.roles)["bank-binjiang"] == 3
    assert clerks == {unit.code: 4 if unit.code == "police" else 1 for unit in directory.units() if unit.answers}
    assert [account.username for account in staff if account.leader] == ["bank3", "police-leader"]
    assert {role for account in staff for role in account.roles} == set(ROLES)
    assert len({account.username for account in staff}) == len({account.phone for account in staff}) == len(staff)


def test_grants_follow_the_matters_and_leave_out_what_is_withheld() -> None:
    catalogue = load()
    given = directory.grants(catalogue)

    assert all(catalogue.allows(grant.matter, grant.item) for grant in given)
    assert {grant.unit for grant in given} == {unit.code for unit in directory.units() if unit.asks}
    assert {grant.matter for grant in given if (grant.unit, grant.item) == ("bank-binjiang", "household_history")} == set()
    assert {grant.until for grant in given} == {date(2027, 12, 31)}


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
