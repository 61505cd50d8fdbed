"""The rota and its gaps: who is there on which day, and what is missing before anybody has to wait for it."""

from datetime import date, timedelta

from access.accounts import Account
from cases.duty.absence import Absence
from cases.duty.gaps import GapKind, all_coming_gaps, coming_gaps, gaps_of
from cases.duty.rota import Rota, office_days, read_rotas
from cases.duty.standing_order import Duty, Shift
from storage.database import Database
from tests.rooms.county import MONDAY, County, counted, settle
from tests.routes import RULEBOOK

DAYS = office_days(RULEBOOK.calendar, date(2026, 3, 2), 10)
MOBILE = "+8613900020001"


def mobile(number: str) -> bool:
    """A number that takes texts."""
    return number.startswith("+861")


def away(username: str, first: int, last: int, deputy: str = "") -> Absence:
    """Somebody is away on these days of March."""
    days = {"first_day": date(2026, 3, first), "last_day": date(2026, 3, last)}
    return Absence(username=username, unit="police", deputy=deputy, entered_by=username, entered_at=MONDAY, **days)


def shift(day: int, username: str) -> Shift:
    """Somebody stands first on this day of March."""
    return Shift(unit="police", day=date(2026, 3, day), username=username, entered_by="li", entered_at=MONDAY)


def rota(*absences: Absence, shifts: tuple[Shift, ...] = (), phones: str = MOBILE, leader: bool = True) -> Rota:
    """Three clerks and, unless told otherwise, somebody who leads."""
    names = ["an", "bo", "chen", *(["li"] if leader else [])]
    people = {name: Account(username=name, name=name.title(), unit="police", roles=["clerk"], phone=phones) for name in names}
    order = [Duty(username=name, unit="police", place=place, leader=name == "li") for place, name in enumerate(names, 1)]
    return Rota("police", order, people, {one.day: one for one in shifts}, absences)


def there(rota: Rota, day: int) -> list[str]:
    """The names of that day in order, a leader's in brackets."""
    stands = rota.there(date(2026, 3, day))
    return [f"({stand.account.username})" if stand.leader else stand.account.username for stand in stands]


def test_the_standing_order_holds_where_nothing_else_is_said():
    assert there(rota(), 3) == ["an", "bo", "chen", "(li)"]


def test_who_has_the_shift_stands_first_on_that_day_alone():
    planned = rota(shifts=(shift(3, "chen"),))

    assert there(planned, 3) == ["chen", "an", "bo", "(li)"]
    assert there(planned, 4) == ["an", "bo", "chen", "(li)"]


def test_both_days_of_an_absence_count():
    planned = rota(away("an", 3, 4))

    assert [there(planned, day)[0] for day in (2, 3, 4, 5)] == ["an", "bo", "bo", "an"]


def test_a_deputy_takes_the_place_and_stands_nowhere_twice():
    assert there(rota(away("an", 3, 3, "chen")), 3) == ["chen", "bo", "(li)"]
    assert there(rota(away("li", 3, 3, "bo")), 3) == ["an", "bo", "chen", "(bo)"]


def test_a_deputy_who_is_away_too_is_passed_over():
    planned = rota(away("an", 3, 3, "bo"), away("bo", 3, 3))

    assert there(planned, 3) == ["chen", "(li)"]


def test_an_absence_that_was_taken_back_counts_no_more():
    over = away("an", 3, 3)
    over.ended_at = MONDAY

    assert there(rota(over), 3)[0] == "an"


def test_a_days_gap_is_named_with_the_days_it_lasts():
    everybody = [away(name, 5, 9) for name in ("an", "bo", "chen")]
    gaps = gaps_of(rota(*everybody), DAYS, mobile)

    assert [(gap.kind, gap.first, gap.last, gap.serious) for gap in gaps] == [
        (GapKind.NOBODY, date(2026, 3, 5), date(2026, 3, 9), True)
    ]


def test_two_gaps_with_a_day_between_them_are_two():
    away_twice = [away(name, day, day) for name in ("an", "bo", "chen") for day in (3, 5)]

    assert [gap.first.day for gap in gaps_of(rota(*away_twice), DAYS, mobile)] == [3, 5]


def test_somebody_without_a_mobile_number_is_there_but_is_not_told():
    gaps = gaps_of(rota(phones="+8657985230011"), DAYS, mobile)

    assert [(gap.kind, gap.first, gap.last) for gap in gaps] == [(GapKind.UNREACHABLE, DAYS[0], DAYS[-1])]


def test_a_deputy_away_too_a_shift_without_its_clerk_and_nobody_leading_are_named():
    planned = rota(away("an", 3, 3, "bo"), away("bo", 3, 3), away("li", 4, 4), away("chen", 6, 6), shifts=(shift(6, "chen"),))
    gaps = gaps_of(planned, DAYS, mobile)

    assert [(gap.kind, gap.first.day, gap.who) for gap in gaps] == [
        (GapKind.DEPUTY_AWAY, 3, "An"),
        (GapKind.LEADER_AWAY, 4, ""),
        (GapKind.SHIFT_AWAY, 6, "Chen"),
    ]
    assert not any(gap.serious for gap in gaps)


def test_a_unit_without_a_leader_misses_none():
    assert gaps_of(rota(leader=False), DAYS, mobile) == []


def test_a_shift_in_which_a_deputy_stands_is_no_gap():
    assert gaps_of(rota(away("an", 3, 3, "bo"), shifts=(shift(3, "an"),)), DAYS, mobile) == []


def test_days_are_working_days_of_the_calendar():
    days = office_days(RULEBOOK.calendar, date(2026, 2, 14), 3)

    assert days == [date(2026, 2, 14), date(2026, 2, 24), date(2026, 2, 25)], "a make-up Saturday, then Spring Festival"


def test_the_database_tells_the_same(database: Database):
    county = settle(database)
    with database.write() as session:
        session.add_all([away("clerk", 2, 3, "second"), away("second", 3, 3), shift(4, "second")])
    with database.read() as session:
        police = read_rotas(session, ["police"], DAYS[0], DAYS[-1])["police"]

    assert [there(police, day) for day in (2, 3, 4)] == [["second", "(leader)"], ["(leader)"], ["second", "clerk", "(leader)"]]
    assert county.now == MONDAY


def test_the_board_sees_the_gaps_of_all_units_and_asks_no_more_for_more_units(database: Database):
    settle(database)
    with database.write() as session:
        session.get_one(Account, "second").active = False
        session.add(away("clerk", 4, 5))
    with database.read() as session, counted(database) as few:
        gaps = coming_gaps(session, ["police"], MONDAY, RULEBOOK.calendar, mobile)
    with database.read() as session, counted(database) as many:
        every = all_coming_gaps(session, MONDAY, RULEBOOK.calendar, mobile)

    assert [(gap.kind, gap.first.day, gap.last.day) for gap in gaps["police"]] == [(GapKind.NOBODY, 4, 5)]
    assert every == {"civil": [every["civil"][0]], **gaps}
    assert (every["civil"][0].kind, every["civil"][0].last) == (GapKind.NOBODY, DAYS[-1])
    assert len(many) == len(few) + 1


def test_more_people_and_days_cost_no_more_queries(county: County):
    with county.database.write() as session:
        names = [f"clerk{n}" for n in range(50)]
        session.add_all(Account(username=name, name=name, unit="police", roles=["clerk"]) for name in names)
        session.flush()
        session.add_all(Duty(username=name, unit="police", place=place) for place, name in enumerate(names, 3))
        session.add_all(away(name, 2, 20) for name in names)
    with county.database.read() as session, counted(county.database) as statements:
        police = read_rotas(session, ["police", "civil"], DAYS[0], DAYS[-1] + timedelta(days=30))["police"]

    assert len(police.people) == 53
    assert len(statements) == 4
