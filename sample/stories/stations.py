"""The story of a station: led there by a rule, handed on and back while the clock runs, taken over by the unit."""

from datetime import datetime

from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json

FOTANG, HOUZHAI = "police-fotang", "police-houzhai"


def station(stage: Stage, tell: Teller) -> None:
    """A question reaches the police station of the town, and the unit takes it over in the end."""
    tell.does("court1", "asks where a man was registered in 1979, at an address in Fotang")
    number = stage.ask("court1", stage.sheet["questions"]["station"])
    case = stage.until_state("court1", number, "at_desk")
    tell.check((case["holder"], case["station"]) == ("police", FOTANG), "the rule of the address leads it to Fotang Police Station")
    tell.phone("fotang1", stage.text_with(stage.phone_of("fotang1"), number))
    tell.check(not _told(stage, "police1", number), "nobody at the unit's own window is texted")
    desk = stage.call("police1", "GET", "/desk").json()
    tell.check(number in _numbers(desk["stations"]), "the unit sees it among its stations' cases")
    tell.check(number not in _numbers(desk["new"]), "and not in its own pile")
    _there_and_back(stage, tell, number, _due(case))
    _taken_over(stage, tell, number, _due(case))


def _there_and_back(stage: Stage, tell: Teller, number: str, due: datetime) -> None:
    tell.does("fotang1", "takes it, and hands it on: the man moved to Houzhai")
    stage.move("fotang1", number, "take")
    stage.pass_office_minutes(20)
    handed = stage.move("fotang1", number, "hand_to_station", station=HOUZHAI, note="1979年已迁往后宅")
    tell.check((handed["station"], _due(handed)) == (HOUZHAI, due), "it is with Houzhai now, and the deadline is what it was")
    tell.phone("houzhai1", stage.text_with(stage.phone_of("houzhai1"), number))
    tell.does("houzhai1", "finds that he did not, and hands it back; fotang1 hands it on once more")
    stage.move("houzhai1", number, "hand_to_station", station=FOTANG, note="无迁入记录")
    bounced = stage.move("fotang1", number, "hand_to_station", station=HOUZHAI, note="请再查")
    tell.check(bounced["station"] is None, "the second bounce between the same two goes to the unit")
    tell.phone("police-leader", stage.text_with(stage.phone_of("police-leader"), number))


def _taken_over(stage: Stage, tell: Teller, number: str, due: datetime) -> None:
    tell.does("police-leader", "sends it to Fotang, which has the books; the afternoon passes there")
    stage.move("police-leader", number, "hand_to_station", station=FOTANG, note="底册在佛堂")
    stage.move("fotang1", number, "take")
    stage.pass_office_minutes(40)
    tell.does("police1", "takes it over from fotang1")
    over = stage.move("police1", number, "take_over", note="法院催办")
    tell.check(
        (over["station"], over["taken_by"], _due(over)) == (None, "police1", due), "it is police1's, the deadline is the same"
    )
    page = stage.sheet["stories"]["station"]["page"]
    late = stage.call("fotang1", "POST", f"/cases/{number}/answer", {"outcome": "confirmed", "archive": page}, locale="en")
    tell.check(late.status_code == 409, "fotang1 can answer it no more, and is told so")
    tell.does("police1", f"finds page {page} and answers")
    stage.move("police1", number, "answer", outcome="confirmed", source="archive", archive=page, words="")
    case = stage.until_state("court1", number, "answered")
    tell.check((case["holder"], case["station"]) == ("police", None), "the court reads that the unit answered: no station is named")
    way = [line["action"] for line in case["trail"] if line["action"] in ("hand_to_station", "take_over")]
    tell.check(way == ["hand_to_station"] * 4 + ["take_over"], "its trail has every desk")
    said = [line["note"] for line in case["trail"] if line["action"] in way and line["note"]]
    tell.check(not said, "and what the desks told each other stays inside")


def _due(case: Json) -> datetime:
    return datetime.fromisoformat(case["due_at"])


def _told(stage: Stage, who: str, number: str) -> list[str]:
    return [text for text in stage.texts(stage.phone_of(who)) if number[-4:] in text]


def _numbers(rows: list[Json]) -> list[str]:
    return [row["number"] for row in rows]
