"""Counts: every figure with a link opens exactly the cases it counted, and every open case stands in one pile."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from sqlmodel import col, select

from access.freezes import ACCOUNT
from access.principal import Principal
from cases.actions import ActionContext
from cases.case import Case
from cases.grants.pledges import load_pledge, sign
from cases.lifecycle import OPEN, State
from contacts.alerts.alerts import Alert
from contacts.alerts.fates import drop, fail
from deploy.clock import Clock
from requesters.own_cases.case_lists import STATES
from requesters.own_cases.unread import mark_unread
from responders.desk.desk_piles import LISTS
from supervisors.holds.freezing import do_freeze
from tests.rooms.county import ASKER, CLERK, CLOCK, CONTACT, MACHINE, SECOND, SUPERVISOR, County, wish
from tests.rooms.office import Desk, Office, on_both
from tests.routes import RULEBOOK

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
CASE = re.compile(r'class="num-link"[^>]*>(\d{8}-[0-9A-Z]{8})<')
NEXT = re.compile(r'<a\b[^>]*(?:rel="next"|id="page-after")[^>]*href="([^"]+)"')
LISTS_OF_CASES = ("/board/cases?", "/desk?pile=", "/cases?")
WATCHER = Principal("supervisor", "甲", "data-office", frozenset({"supervisor"}), "en")
CHARTS = tuple(f"/board/charts?span={span}&holder={unit}" for span in ("hour", "day", "week", "month") for unit in ("", "police"))
PAGES = {"supervisor": ("/board", *CHARTS, "/month"), "second": ("/desk",), "leader": ("/desk",), "asker": ("/ask",)}


def beat(county: County) -> None:
    """One round of the clock: overdue cases are marked, hours rolled up, and what the frozen have is taken back."""
    Clock(county.database, RULEBOOK, lambda: county.now, lambda _now: None).beat()


def disputed(county: County) -> tuple[str, str, str]:
    """Three answered by a machine and disputed: one waits, one is answered anew hours later, one was sent on meanwhile."""
    waits, anew, on = county.asked_into(State.ANSWERED, 3)
    county.later(hours=2)
    beat(county)
    for number in (waits, anew, on):
        county.move(number, "dispute", ASKER)
    county.move(on, "forward", CLERK)
    county.later(hours=2)
    beat(county)
    county.move(anew, "answer", CLERK)
    return waits, anew, on


def texts_of_every_fate(county: County) -> None:
    """Of the texts so far one failed, one is not wanted any more; one case has two that wait."""
    with county.database.write() as session:
        alerts = session.exec(select(Alert).where(col(Alert.about) != "").order_by(col(Alert.created_at), col(Alert.id))).all()
        fail(alerts[0], "bad", county.now)
        drop(alerts[1], county.now)
        again = alerts[2].model_dump(exclude={"id"})
        session.add(Alert(**again, id=uuid4()))


@pytest.fixture
def busy(office: Office) -> Office:
    """Cases in every state: taken or not, for decision, overdue, disputed, nobody reached, corrected, of a frozen clerk."""
    county = office.county
    county.asked_into(State.RETURNED)  # long before: its deadline passes while it waits for its asker
    waits, _, _ = disputed(county)
    for state in State:
        county.asked_into(state, 2)
    fresh = county.ask(30)
    county.moves([wish(number, "hand_over", MACHINE) for number in fresh])
    county.moves([wish(number, "take", SECOND) for number in fresh[:3]])
    twice, consulted = county.asked_into(State.AT_DESK, 2)
    for number in (twice, consulted):
        county.moves([wish(number, "return", CLERK), wish(number, "correct", ASKER), wish(number, "hand_over", MACHINE)])
        county.moves([wish(number, "return", CLERK), wish(number, "take", SECOND)])
    county.move(consulted, "consult", SECOND)
    (silent,), (heard,) = county.asked_into(State.WITH_CONTACT), county.asked_into(State.WITH_CONTACT)
    county.moves([wish(silent, "hand_over", CLOCK), wish(heard, "state", CONTACT)])
    county.later(hours=1)  # after the noon break
    beat(county)
    texts_of_every_fate(county)
    with county.database.write() as session:
        do_freeze(ActionContext(session, WATCHER, county.now, RULEBOOK), ACCOUNT, "clerk", "a lost key")
    unread = county.asked_into(State.ANSWERED, 60)
    with county.database.write() as session:
        mark_unread(session, unread, county.now)
        sign(session, "asker", "bank", load_pledge(), county.now)
    county.now = county.case(waits).due_at + timedelta(minutes=1)
    beat(county)
    late = county.asked_into(State.AT_DESK, 2)
    county.moves([wish(late[0], "urge", SUPERVISOR), wish(county.case(fresh[0]).number, "answer", SECOND)])
    county.later(minutes=70)
    beat(county)
    county.ask(2)
    county.moves([wish(number, "take", SECOND) for number in (fresh[1], fresh[2])])
    county.later(seconds=1)
    return office


def counted(page: str) -> Iterator[tuple[str, int]]:
    """Each link of a page to a list of cases that says how many, and how many it says."""
    for address, inside in LINK.findall(page):
        text = unescape(re.sub(r"<[^>]+>", " ", inside)).split("month before")[0]
        numbers = re.findall(r"(\d+) late", text) or re.findall(r"(?<![\d.])(\d+)(?!\d*[.\d]* ?%)", text)
        if address.startswith(LISTS_OF_CASES) and numbers:
            yield unescape(address), int(numbers[0])


def listed(desk: Desk, address: str) -> list[str]:
    """The numbers of the cases on a list, page by page."""
    page = desk.get(address)
    found = CASE.findall(page)
    following = NEXT.search(page)
    return found + (listed(desk, unescape(following[1])) if following else [])


@on_both
@pytest.mark.parametrize("who", PAGES)
def test_trap_20_every_figure_opens_the_cases_that_it_counted(busy: Office, who: str):
    """Trap 20: counts that include closed ones, or others' cases. None lists a case twice."""
    desk, wrong, seen = busy.client(who), [], 0
    for page in PAGES[who]:
        for address, count in dict.fromkeys(counted(desk.get(page))):
            found, seen = listed(desk, address), seen + 1
            if len(found) != count or len(set(found)) != count:
                wrong.append((page, address, count, len(found), len(set(found))))

    assert wrong == []
    assert seen >= {"supervisor": 60, "second": 6, "leader": 6, "asker": 1}[who], "the pages were read"


def open_cases(county: County) -> dict[str, Case]:
    """What is open, by number."""
    with county.database.read() as session:
        return {case.number: case for case in session.exec(select(Case)) if case.open}


def in_one_each(piles: Sequence[Sequence[str]], all_of: set[str]) -> None:
    """Every case of these stands in one of the piles, once, and nothing else does."""
    put = [number for pile in piles for number in pile]
    assert sorted(put) == sorted(all_of)


def test_trap_19_every_open_case_stands_in_one_pile(busy: Office):
    """Trap 19: of the board, of the desk that has it, and of its asker's lists."""
    county = busy.county
    every = open_cases(county)
    board, desk, asker = busy.client("supervisor"), busy.client("second"), busy.client("asker")
    in_one_each([listed(board, f"/board/cases?what={state.value}") for state in OPEN], set(every))
    in_one_each([listed(board, f"/board/cases?what={what}") for what in ("overdue", "next", "returned")], set(every))

    ours = {number for number, case in every.items() if case.holder == "police" and case.state != State.ASKED}
    in_one_each([listed(desk, f"/desk?pile={pile}") for pile in LISTS], ours)

    tabs = [listed(asker, f"/cases?state={state}") for state in STATES if state not in ("all", "new")]
    with county.database.read() as session:
        in_one_each(tabs, set(session.exec(select(Case.number).where(Case.unit == "bank"))))
    assert set(every) == {*tabs[list(STATES)[2:].index("open")], *tabs[list(STATES)[2:].index("returned")]}


def test_trap_18_a_list_and_the_page_behind_it_name_the_same_people(busy: Office):
    """Trap 18: who has the case, in the pile, on the clerk's page and on the supervisor's; nobody frozen has one."""
    county, desk, board = busy.county, busy.client("leader"), busy.client("supervisor")
    at_desk = {number: case for number, case in open_cases(county).items() if case.holder == "police" and case.state == "at_desk"}
    rows = "".join(desk.get(f"/desk?pile={pile}") for pile in LISTS)
    taken = {number for number, case in at_desk.items() if case.taken_by}
    assert {case.taken_by for case in at_desk.values()} == {"", "second"}
    for number in {*sorted(taken)[:3], *sorted(set(at_desk) - taken)[:3]}:
        page, case = desk.get(f"/desk/{number}"), at_desk[number]
        named = re.search(r"<dt>Clerk</dt><dd>([^<]*)</dd>", page)
        assert named
        assert named[1] == ("second甲" if case.taken_by else "nobody yet")
        row = re.search(rf'<tr[^>]*><td><a[^>]*id="c-{number}".*?</tr>', rows)
        assert row is None or ("second甲" in row[0]) == bool(case.taken_by)
        assert ("second甲" in re.search(r"<dt>With</dt><dd>(.*?)</dd>", board.get(f"/board/{number}"))[1]) == bool(case.taken_by)  # type: ignore[index]
