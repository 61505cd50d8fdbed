"""An answer that contradicts a commitment is put right and contradicts it still: who is told what, who decides, what stands."""

from datetime import date
from typing import Any

import pytest

from cases.amending.amendments import STANDING, Amendment
from cases.certificates.certificate import Certificate
from cases.grants.grants import Grant
from cases.rechecks.heard import decide, object_to, tell
from cases.rechecks.own_check import MATTER
from tests.rooms.cases.rechecks.test_hearings import listed, over, stands, step, told
from tests.rooms.cases.test_amendments import done, reasoned
from tests.rooms.committed import CLERK, NO, SUPERVISOR, TERMS, Committed, principal
from tests.rooms.county import ASKER
from tests.rooms.county import CLERK as POLICE
from tests.routes import FATHER

DAY = {"registered": "agrees", "day": "differs"}
YEAR = {"registered": "agrees", "day": "agrees", "year": "differs"}
DEATH = {
    "states": TERMS["states"],
    "fields": [
        *TERMS["fields"], {"name": "died_on", "label": {"zh": "死亡日期", "en": "Day of death"}, "kind": "date"},
        {"name": "year", "label": {"zh": "年份", "en": "Year"}, "kind": "number"},
    ],
    "check": {"item": "death", "subjects": {"person": "relative"}, "details": {"died_on": "died_on", "year": "year"}},
}  # fmt: skip
STATED = {"relative": {"name": "吴大", "id_number": FATHER}, "died_on": "2020-03-01", "year": "2020"}


def found(committed: Committed, facts: dict[str, str] = DAY) -> str:
    """A commitment about a death that the register contradicts by these facts."""
    with committed.county.database.write() as session:
        session.get_one(Certificate, "kinship_proof").commitment = DEATH
        session.merge(Grant(unit="bank", item="death", matter=MATTER, until=date(2030, 12, 31)))
    return committed.checked({**NO, "facts": facts}, check_item="death", stated=STATED)


def amend(committed: Committed, number: str, facts: dict[str, str], **finding: Any) -> None:
    case = committed.check(number).case_number
    done(committed.county, reasoned(case, "amend", POLICE, finding={**NO, "facts": facts, **finding}))
    committed.read()


def object_now(committed: Committed, number: str) -> None:
    assert step(committed, number, CLERK, lambda s: object_to(s, "我有医院的证明", "p1")) == ""


def test_the_person_is_told_anew_of_other_facts(committed: Committed) -> None:
    number = found(committed)
    assert committed.hearing(number).record["differs"] == ["day"]
    told(committed, number)
    object_now(committed, number)

    amend(committed, number, YEAR)
    hearing = committed.hearing(number)
    assert (hearing.state, hearing.record["differs"], hearing.told_at, hearing.texted_at) == ("to_tell", ["year"], None, None)
    assert (committed.state(number), hearing.objection) == ("found_false", "我有医院的证明"), "what was said is kept"
    assert step(committed, number, SUPERVISOR, stands()) == "not_yet", "nobody was told of this yet"
    told(committed, number)
    object_now(committed, number)
    assert step(committed, number, SUPERVISOR, stands()) == ""
    committed.read()
    assert (committed.state(number), len(listed(committed))) == ("stands_false", 1), "read again it changes nothing"


def test_who_answered_anew_does_not_decide_either(committed: Committed) -> None:
    number = found(committed)
    told(committed, number)
    over(committed, number)
    amend(committed, number, DAY, words="同前")
    assert committed.hearing(number).state == "told", "the facts are the same: the person knows them"
    assert step(committed, number, principal("clerk", "data-office", "supervisor"), stands()) == "same_person"
    assert step(committed, number, principal("police", "data-office", "supervisor"), stands()) == "same_person"
    assert step(committed, number, SUPERVISOR, stands()) == ""


@pytest.mark.parametrize(("facts", "state"), [(YEAR, "found_false"), ({**DAY, "year": "differs"}, "stands_false")])
def test_an_entry_stands_as_long_as_what_it_rests_on(committed: Committed, facts: dict[str, str], state: str) -> None:
    number = found(committed)
    told(committed, number)
    over(committed, number)
    assert step(committed, number, SUPERVISOR, stands()) == ""
    amend(committed, number, facts)
    assert (committed.state(number), len(listed(committed))) == (state, 1 if state == "stands_false" else 0)
    if state == "found_false":
        heard_anew(committed, number, ["year"])


def heard_anew(committed: Committed, number: str, differs: list[str]) -> None:
    """The old decision is kept to be read, and the person is told and heard about what is found now, as if for the first time."""
    hearing = committed.hearing(number)
    assert (hearing.state, hearing.record["differs"], hearing.told_at, hearing.decided_by) == ("to_tell", differs, None, "")
    assert hearing.earlier[-1]["told_at"], "what they were told before is kept"
    assert step(committed, number, SUPERVISOR, stands()) == "not_yet"
    told(committed, number)
    over(committed, number)
    assert step(committed, number, SUPERVISOR, stands("年份不符")) == ""
    committed.read()
    assert (committed.state(number), [one.reason for one in listed(committed)]) == ("stands_false", ["年份不符"])


def test_an_answer_withdrawn_and_given_again_is_heard_anew(committed: Committed) -> None:
    number = found(committed)
    case = committed.check(number).case_number
    told(committed, number)
    over(committed, number)
    assert step(committed, number, SUPERVISOR, stands()) == ""
    done(committed.county, reasoned(case, "dispute", ASKER))
    committed.county.move(case, "answer", POLICE, finding={**NO, "outcome": "cannot_say", "source": "staff"})
    committed.read()
    hearing = committed.hearing(number)
    assert (committed.state(number), hearing.state, hearing.earlier[0]["state"]) == ("corrected", "ended", "stands")
    assert (hearing.texted_at, listed(committed)) == (None, []), "whoever was told is told that it does not stand any more"
    amend(committed, number, DAY)
    heard_anew(committed, number, ["day"])


def test_who_confirmed_an_amendment_does_not_decide(committed: Committed) -> None:
    number = found(committed)
    case = committed.check(number).case_number
    told(committed, number)
    over(committed, number)
    with committed.county.database.write() as session:
        row = {"version": 9, "at": committed.now, "kind": "amend", "actor": "clerk", "who": "police", "holder": "police"}
        session.add(Amendment(number=case, item="death", state=STANDING, decided_by="colleague", **row))
    assert step(committed, number, principal("colleague", "data-office", "supervisor"), stands()) == "same_person"
    assert step(committed, number, SUPERVISOR, stands()) == ""


@pytest.mark.parametrize("who", ["teller", "drafter"])
def test_who_took_it_or_told_the_person_does_not_decide(committed: Committed, who: str) -> None:
    number = committed.checked(NO, drafted_by="drafter")
    teller = principal("teller", "bank", "asker", "supervisor")
    assert step(committed, number, teller, lambda s: tell(s, "posted")) == ""
    over(committed, number)
    same = principal(who, "bank", "asker", "supervisor")
    assert step(committed, number, same, lambda s: decide(s, True, "登记")) == "same_person"
