"""Places to ask: found by a few letters, named by the case itself, or asked lately; texts and news of them."""

from sqlmodel import Session

from access.principal import Principal
from cases.actions import ActionContext, perform
from cases.case import Case
from cases.lifecycle import State
from contacts.alerts.alerts import Alert, AlertState, for_case
from contacts.roster import roster
from contacts.roster.roster import Area, ContactEntry
from responders.community.news import news_of
from responders.community.phone_task import Wish, phone_task, rungs_of
from responders.community.places import Why, find_places, offered_places
from responders.desk.actions import MOVES
from tests.rooms.cases.stations.house import EAST, at_east, build, rule
from tests.rooms.county import AREA, CLERK, CLOCK, CONTACT, SECOND, County, counted
from tests.rooms.office import Office
from tests.routes import RULEBOOK

CLERK1 = Principal("clerk", "clerk甲", "police", frozenset({"clerk"}), "zh")
ACTIONS = {action.move: action for action in MOVES}


def settle(county: County, extra: int = 0) -> None:
    """Two towns, and communities in them; 丹溪 with its two people is the county's own."""
    with county.database.write() as session:
        session.add_all(
            [Area(code="330782001", name="稠城街道", kind="town"), Area(code="330782002", name="江东街道", kind="town")]
        )
        session.flush()
        session.get_one(Area, AREA).parent = "330782001"
        names = [("330782001002", "溪口村"), ("330782002001", "江滨社区"), ("330782002002", "东溪社区")]
        names += [(f"3307820020{n}", f"溪{n}社区") for n in range(10, 10 + extra)]
        session.add_all(Area(code=code, name=name, parent=code[:9]) for code, name in names)
        session.flush()
        entry = ContactEntry(area="330782002001", name="许书记", role="secretary", phone="+8657985230011")
        roster.add_all(session, [entry], "keeper", county.now)


def consult(county: County, number: str, area: str = AREA) -> None:
    """The clerk who has the case asks this community."""
    with county.database.write() as session:
        perform(ActionContext(session, CLERK1, county.now, RULEBOOK), number, ACTIONS["consult"], {"area": area})


def found(session: Session, county: County, text: str) -> list[str]:
    return [place.area.name for place in find_places(session, text, county.now)]


def test_letters_of_a_name_a_code_or_a_town_find_communities(county: County):
    settle(county)
    with county.database.read() as session:
        assert found(session, county, "溪") == ["丹溪社区", "溪口村", "东溪社区"]
        assert found(session, county, " 东溪 ") == ["东溪社区"]
        assert found(session, county, "江") == ["江滨社区", "东溪社区"], "those of that name, then those of the town"
        assert found(session, county, AREA) == ["丹溪社区"]
        assert found(session, county, "%") == found(session, county, " ") == []
        (place,) = find_places(session, "丹溪", county.now)

    assert (place.town, place.why, place.people, place.reachable) == ("稠城街道", Why.FOUND, 2, 2)


def test_a_place_says_whether_anybody_can_be_texted_or_only_rung(county: County):
    settle(county)
    with county.database.read() as session:
        counts = {p.area.name: (p.people, p.reachable) for p in find_places(session, "江东", county.now)}

    assert counts == {"江滨社区": (1, 0), "东溪社区": (0, 0)}


def test_a_retired_community_is_not_offered(county: County):
    settle(county)
    with county.database.write() as session:
        session.get_one(Area, "330782001002").retired_at = county.now
    with county.database.read() as session:
        assert found(session, county, "溪口") == []


def test_what_the_case_names_is_offered_first_then_what_was_asked_lately(county: County):
    settle(county)
    before, other = county.asked_into(State.AT_DESK, 2)
    consult(county, before, "330782002001")
    consult(county, other)
    (number,) = county.ask(purpose="老家在溪口，父亲已去世")
    with county.database.read() as session:
        offered = offered_places(session, session.get_one(Case, number), county.now)

    assert (offered[0].area.name, offered[0].why) == ("溪口村", Why.NAMED)
    assert {(place.area.name, place.why) for place in offered[1:]} == {("江滨社区", Why.LATELY), ("丹溪社区", Why.LATELY)}


def test_another_units_consultations_are_not_offered(county: County):
    settle(county)
    (number,) = county.asked_into(State.AT_DESK)
    consult(county, number)
    with county.database.write() as session:
        session.get_one(Case, number).holder = "civil"
    (fresh,) = county.ask()
    with county.database.read() as session:
        assert offered_places(session, session.get_one(Case, fresh), county.now) == []


def test_the_task_shows_the_chosen_the_asked_or_the_choice(county: County):
    settle(county)
    (number,) = county.asked_into(State.AT_DESK)

    def task(wish: Wish) -> tuple[str, int, int, bool]:
        with county.database.read() as session:
            seen = phone_task(session, session.get_one(Case, number), wish, county.now)
        return seen.area.name if seen.area else "", len(seen.people), len(seen.communities), seen.asked

    assert task(Wish()) == ("", 0, 0, False)
    assert task(Wish(town="330782002")) == ("", 0, 2, False)
    assert task(Wish(area="330782002001")) == ("江滨社区", 1, 0, False)
    consult(county, number)
    assert task(Wish()) == ("丹溪社区", 2, 0, True)
    assert task(Wish(q="溪口")) == ("", 0, 0, False)
    assert task(Wish(area="330782002001")) == ("江滨社区", 1, 0, False)


def test_more_communities_and_people_cost_no_more_queries(county: County):
    settle(county)
    (number,) = county.asked_into(State.AT_DESK)
    costs = []
    for extra in (0, 40):
        if extra:
            with county.database.write() as session:
                session.add_all(Area(code=f"3307820029{n}", name=f"溪{n}社区", parent="330782002") for n in range(10, 10 + extra))
        with county.database.read() as session, counted(county.database) as statements:
            find_places(session, "溪", county.now)
            phone_task(session, session.get_one(Case, number), Wish(area=AREA), county.now)
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_each_text_is_shown_as_far_as_it_came_and_who_is_next(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    consult(county, number)

    def rungs() -> list[tuple[str, str]]:
        with county.database.read() as session:
            return [(rung.name, rung.state) for rung in rungs_of(session, session.get_one(Case, number))]

    assert rungs() == [("金书记", "next"), ("何主任", "later")]
    county.tick()
    assert rungs() == [("金书记", "queued"), ("何主任", "next")]
    with county.database.write() as session:
        for alert in for_case(session, number):
            session.get_one(Alert, alert.id).move(AlertState.DELIVERED, county.now)
    assert rungs() == [("金书记", "delivered"), ("何主任", "next")]
    county.move(number, "state", CONTACT)
    assert rungs() == [("金书记", "delivered")], "nobody else is texted any more"


def test_news_are_quiet_while_only_contacts_speak(county: County):
    """The open page may go on by itself after a contact's words, not after what a colleague did."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    seen = county.case(number).version

    def quiet() -> bool:
        with county.database.read() as session:
            return bool(news_of(session, session.get_one(Case, number), seen)["quiet"])

    assert quiet()
    county.move(number, "state", CONTACT)
    assert quiet()
    county.move(number, "release", CLOCK)
    assert quiet()
    county.later(minutes=1)
    county.move(number, "take", SECOND)
    assert not quiet()


def test_every_community_that_a_clerk_turns_to_stands_on_the_trail_and_a_settled_case_shows_none(office: Office) -> None:
    """Ten minutes' grace for a case's parts would let one question read the whole roster."""
    settle(office.county)
    (number,) = office.county.asked_into(State.AT_DESK)
    clerk, other = office.client("clerk"), "330782002001"
    assert "许书记" not in clerk.get(f"/desk/{number}")
    assert "许书记" in clerk.get(f"/desk/{number}/community?area={other}")
    clerk.get(f"/desk/{number}/community?area={AREA}")
    clerk.get(f"/desk/{number}/community?q=江滨")
    clerk.get(f"/desk/{number}?area={other}")
    assert [line.details.get("area", "") for line in office.lines("look")] == ["", other, AREA, other]

    office.county.move(number, "answer", CLERK)
    assert office.county.case(number).state == "answered"
    assert "85230011" not in clerk.get(f"/desk/{number}/community?area={other}", 403)
    assert "85230011" not in clerk.get(f"/desk/{number}?area={other}")
    assert office.lines("look")[-1].details == {}


def test_of_two_communities_of_one_name_that_of_the_named_town_goes_first_then_that_of_the_persons_county(county: County) -> None:
    settle(county)
    with county.database.write() as session:
        session.add_all([Area(code="330725001", name="后宅街道", kind="town"), Area(code="330702001", name="雅畈镇", kind="town")])
        session.flush()
        twins = [("330702001001", "330702001"), ("330725001001", "330725001"), ("330782002009", "330782002")]
        session.add_all(Area(code=code, name="上溪沿社区", parent=town) for code, town in twins)
    plain, named = county.ask(1, purpose="核实上溪沿社区的亲属关系"), county.ask(1, purpose="核实江东街道上溪沿社区的亲属关系")
    with county.database.read() as session:
        case, other = (session.get_one(Case, number) for number in (*plain, *named))
        offered = [[place.area.code for place in offered_places(session, one, county.now)] for one in (case, other)]
    assert offered[0][:3] == ["330725001001", "330702001001", "330782002009"], "the ID numbers were given in 330725"
    assert offered[1][:3] == ["330782002009", "330725001001", "330702001001"]


def test_where_only_a_town_is_named_its_communities_are_listed_and_the_persons_county_stands_first(county: County) -> None:
    settle(county)
    with county.database.write() as session:
        session.add(Area(code="330725001", name="后宅街道", kind="town"))
    (number,) = county.ask(1, purpose="核实江东街道的亲属关系")
    with county.database.read() as session:
        task = phone_task(session, session.get_one(Case, number), Wish(), county.now)
        listed = [area.code for area in task.communities]
        assert (task.wish.town, listed) == ("330782002", ["330782002001", "330782002002"])
        assert [town.code for town in task.towns] == ["330725001", "330782001", "330782002"]


def test_a_stations_own_communities_are_proposed_to_it(county: County) -> None:
    settle(county)
    build(county, rule(EAST, "community", "江滨社区"), rule(EAST, "prefix", "330725"))
    (number,) = at_east(county)
    with county.database.read() as session:
        (place,) = offered_places(session, session.get_one(Case, number), county.now)
    assert (place.area.name, place.why) == ("江滨社区", Why.STATION)
