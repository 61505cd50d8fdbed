"""The handlers with rules of their own: each outcome, both forms of the number, names that do not fit."""

from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import (
    BRIDE,
    DAUGHTER,
    FAMILY,
    FATHER,
    GRANDSON,
    MOTHER,
    NAMES,
    SON,
    STRANGER,
    YOUTH,
    couple,
    entry,
    line,
    number,
    old,
)


def wedding(husband: str, wife: str, since: str, until: str | None = None, why: str = "") -> tuple[object, ...]:
    """One line of the register of marriages."""
    form = old if since < "1999" else str
    return (form(husband), NAMES[husband], form(wife), NAMES[wife], since, until, why)


def test_a_marriage_of_1992_is_found_under_15_digits_only(store: Opener) -> None:
    """Records made before 1999 stand under 15 digits."""
    found = store("civil", marriage=[wedding(SON, BRIDE, "1992-02-02")]).find([couple(BRIDE, SON)])[0]

    assert found.outcome == "confirmed"
    assert found.evidence == {"id_form": "15", "from": "1992", "as_of": "2026-09-01"}


def test_marriages_by_how_they_ended(store: Opener) -> None:
    weddings = [
        wedding(FATHER, MOTHER, "1986-05-05", "2020-01-01", "丧偶"),
        wedding(SON, BRIDE, "2001-02-02", "2012-03-03", "离婚"),
    ]
    asked = [
        couple(FATHER, MOTHER),
        couple(SON, BRIDE),
        couple(SON, BRIDE, 2005),
        couple(SON, BRIDE, 2020),
        couple(SON, BRIDE, 1985),
    ]
    found = store("civil", marriage=weddings).find(asked)

    assert [one.outcome for one in found] == ["confirmed", "contradicted", "confirmed", "contradicted", "not_digitised"]
    assert [dict(one.facts) for one in found[:4]] == [
        {"registered": "agrees", "undissolved": "agrees"},  # death ended it: there was no divorce
        {"registered": "agrees", "undissolved": "differs"},
        {"registered": "agrees", "in_year": "agrees"},
        {"registered": "agrees", "in_year": "differs"},
    ]
    assert "一方死亡" in found[0].words


def test_who_is_married_to_another_is_not_married_to_this_one(store: Opener) -> None:
    found = store("civil", marriage=[wedding(SON, BRIDE, "2001-02-02")]).find([couple(SON, DAUGHTER)])[0]

    assert (found.outcome, found.facts) == ("contradicted", {"registered": "differs"})
    assert NAMES[BRIDE] not in found.words


def test_no_marriage_on_record_is_final_only_for_those_too_young_for_the_paper(store: Opener) -> None:
    found = store("civil").find(
        [couple(FATHER, MOTHER), couple(SON, DAUGHTER), couple(FATHER, MOTHER, 1990), couple(SON, DAUGHTER, 1999)]
    )

    # What stood in 1990 may have begun on the paper of before.
    assert [one.outcome for one in found] == ["not_digitised", "no_record", "not_digitised", "no_record"]


def test_a_marriage_to_another_does_not_rule_out_one_that_ended_on_paper(store: Opener) -> None:
    civil = store("civil", marriage=[wedding(FATHER, MOTHER, "1995-02-02")])

    assert [civil.find([couple(FATHER, STRANGER, year)])[0].outcome for year in (None, 1995)] == ["not_digitised"] * 2


def test_a_marriage_under_another_name_is_not_confirmed(store: Opener) -> None:
    civil = store("civil", marriage=[wedding(SON, BRIDE, "2001-02-02")], resident=[(YOUTH, NAMES[YOUTH])])

    assert [civil.find([couple(who, BRIDE, name="李平")])[0].outcome for who in (SON, YOUTH)] == ["identity_mismatch"] * 2


def test_household_history_by_year_and_address(store: Opener) -> None:
    homes = [
        ("H1", "稠城街道", "东溪沿社区", "稠城街道东溪沿社区银杏路5号"),
        ("H2", "佛堂镇", "新桥头社区", "佛堂镇新桥头社区稻香路9号"),
    ]
    police = store("police", member=FAMILY, household=homes)
    item = "household_history"
    found = [
        police.ask(item, SON),
        police.ask(item, SON, year=1990),
        police.ask(item, BRIDE, year=1990),
        police.ask(item, SON, address="银杏路5号"),
    ]

    assert [one.outcome for one in found] == ["confirmed", "confirmed", "contradicted", "confirmed"]
    assert found[0].evidence == {
        "id_form": "18", "household": "H2", "from": "1976", "current": "yes", "households": "2", "as_of": "2026-09-01",
    }  # fmt: skip
    assert found[1].evidence["id_form"] == found[3].evidence["id_form"] == "15"
    assert police.ask(item, SON, address="工人北路1号").outcome == "not_digitised"
    assert [police.ask(item, who).outcome for who in (STRANGER, YOUTH)] == ["not_digitised", "no_record"]
    assert police.ask(item, SON, year=1980).outcome == "not_digitised"
    assert police.ask(item, SON, "李平").outcome == "identity_mismatch"


def test_a_change_of_identity_must_fit_what_is_said_of_it(store: Opener) -> None:
    former = [(BRIDE, "吴小燕", BRIDE, "吴燕", "2004-04-04"), (SON, NAMES[SON], STRANGER, NAMES[SON], "2006-06-06")]
    police, item = store("police", member=FAMILY, former=former), "identity_change"
    found = [
        police.ask(item, BRIDE, "吴小燕"), police.ask(item, BRIDE, "吴小燕", former_name="吴燕"),
        police.ask(item, BRIDE, "吴小燕", former_name="吴芳"),
        police.ask(item, SON, former_number=old(STRANGER)), police.ask(item, SON, former_number=FATHER),
        police.ask(item, BRIDE, "李平"),
    ]  # fmt: skip

    assert [one.outcome for one in found] == [
        "confirmed", "confirmed", "contradicted", "confirmed", "contradicted", "identity_mismatch",
    ]  # fmt: skip
    assert [one.evidence.get("kind") for one in found] == ["name", "name", "name", "number", "number", None]
    assert [police.ask(item, who).outcome for who in (FATHER, GRANDSON)] == ["no_record"] * 2
    assert police.ask(item, number("19600606", 61), "李平").outcome == "not_digitised"  # whom the register does not have


def test_no_criminal_record_is_confirmed_only_where_the_machine_can_know(store: Opener) -> None:
    convicted = [entry(YOUTH, "2020-02-02", None, "（2020）浙0782刑初1号")]
    police, item = (
        store("police", member=[*FAMILY, line(YOUTH, "户主", "H8", "2001-03-03")], no_criminal_record=convicted),
        "no_criminal_record",
    )

    assert [police.ask(item, who).outcome for who in (SON, YOUTH, FATHER, STRANGER)] == [
        "confirmed", "contradicted", "not_digitised", "not_digitised",
    ]  # fmt: skip
    assert police.ask(item, SON, "李平").outcome == "identity_mismatch"
    assert police.ask(item, SON, year=1969).outcome == "not_digitised"
    assert store("police").ask(item, YOUTH).outcome == "no_record"
    assert "刑" not in police.ask(item, YOUTH).words


def test_a_year_makes_no_criminal_past_known_and_nobody_unknown(store: Opener) -> None:
    """Who was an adult before the records began stays a question for a person; "no such number" is never said of the known."""
    police, item = store("police", member=FAMILY), "no_criminal_record"

    assert [police.ask(item, who, year=2010).outcome for who in (FATHER, STRANGER, SON)] == [
        "not_digitised",
        "not_digitised",
        "confirmed",
    ]
    assert store("police").ask(item, BRIDE).outcome == "not_digitised"  # born before 1985: the paper registers may have this number


def test_births(store: Opener) -> None:
    police = store("police", member=FAMILY, birth=[entry(GRANDSON, "2005-04-04", None, "Q33")])
    found = [police.ask("birth", GRANDSON, born_on=day) for day in ("", "2005-04-04", "2005-04-05")]

    assert [one.outcome for one in found] == ["confirmed", "confirmed", "contradicted"]
    assert [police.ask("birth", who).outcome for who in (SON, YOUTH)] == ["not_digitised", "no_record"]
    assert police.ask("birth", GRANDSON, "李平").outcome == "identity_mismatch"
    assert police.ask("birth", GRANDSON, year=1984).outcome == "not_digitised"


def test_deaths_and_the_living(store: Opener) -> None:
    dead = line(MOTHER, "户主", "H7", "1974-05-01", "1996-06-06", why_out="死亡", form="15")
    police = store("police", member=[*FAMILY[2:], dead], death=[entry(MOTHER, "1996-06-06", None, "D1")])
    found = [police.ask("death", MOTHER, died_on=day) for day in ("", "1996-06-06", "1996-06-07")]

    assert [one.outcome for one in found] == ["confirmed", "confirmed", "contradicted"]
    assert found[0].evidence == {"id_form": "15", "as_of": "2026-09-01"}
    assert [dict(one.facts) for one in found[1:]] == [{"registered": "agrees", "day": said} for said in ("agrees", "differs")]
    assert [one.values for one in found] == [{"day": "1996-06-06"}] * 3
    assert [police.ask("death", who).outcome for who in (SON, STRANGER, YOUTH)] == ["contradicted", "not_digitised", "no_record"]
    assert police.ask("death", SON, "李平").outcome == "identity_mismatch"


def test_whoever_moved_away_is_not_said_to_have_no_death_registered(store: Opener) -> None:
    """Born in the electronic years, and no line of theirs stands open: a death may be registered elsewhere."""
    ends = ("迁出", "结婚迁出", "死亡")
    for end in ends:
        police = store("police", member=[line(YOUTH, "户主", "H7", "2001-03-03", "2015-05-05", why_out=end)])
        found = [police.ask("death", YOUTH, year=year) for year in (None, 2020)]
        assert [(one.outcome, one.evidence["near"]) for one in found] == [("not_digitised", "changed")] * 2, end
    back = [line(YOUTH, "户主", "H7", "2001-03-03", "2015-05-05", why_out="迁出"), line(YOUTH, "户主", "H8", "2018-01-01")]
    assert store("police", member=back).ask("death", YOUTH).outcome == "contradicted"


def test_children_of_an_adopter(store: Opener) -> None:
    residents = [(who, NAMES[who]) for who in (FATHER, SON, BRIDE, YOUTH)]
    children = [(who, NAMES[who], "2005-04-04", "生育") for who in (SON, FATHER)]
    civil, item = store("civil", resident=residents, child=children), "adopter_children"

    assert civil.ask(item, SON).evidence == {"id_form": "18", "children": "1", "as_of": "2026-09-01"}
    assert [civil.ask(item, SON, children=count).outcome for count in "012"] == ["contradicted", "confirmed", "contradicted"]
    assert [civil.ask(item, FATHER, children=count).outcome for count in "01"] == ["contradicted", "not_digitised"]
    assert [civil.ask(item, who).outcome for who in (YOUTH, BRIDE, STRANGER)] == ["no_record", "no_record", "not_digitised"]
    assert civil.ask(item, YOUTH, children="0").outcome == "confirmed"
    assert civil.ask(item, SON, "李平").outcome == "identity_mismatch"
    # What cannot be compared is for a person: "on record" must not be read as "as stated".
    for words in ("没有", "无", "三个", "5个", "-2", "2人", "²"):
        found = civil.ask(item, SON, children=words)
        assert (found.outcome, found.facts) == ("not_digitised", {}), words
    assert civil.ask(item, SON, children="１").facts == {"count": "agrees"}
    # Children of before the register may stand on paper, whatever year is asked about.
    assert [civil.ask(item, who, year=2000).outcome for who in (STRANGER, YOUTH)] == ["not_digitised", "no_record"]
