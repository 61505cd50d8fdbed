"""The people of the bundles' stories: what the machines find of them, and what is left to the community."""

from pathlib import Path

from cases.bundles.expanding import expand, question_for
from cases.bundles.loading import load_bundles
from cases.bundles.people import Person
from cases.catalogue.catalogue import Catalogue
from responders import handlers
from sample.city.bundle_stories import BundleStory, bundle_stories
from sample.city.city import City
from sample.city.directory import areas
from sample.city.stories import Story

COMMON = {"purpose": "x", "reference": "y", "urgent": False, "urgent_reason": ""}


def found(story: BundleStory, catalogue: Catalogue, archives: Path) -> dict[str, str]:
    """What the machines say, by place."""
    kind, told = load_bundles(catalogue)[story.asked["kind"]], handlers.load()
    people = {role: [Person.model_validate(one) for one in named] for role, named in story.asked["people"].items()}
    said = dict[str, str]()
    for planned in (one for one in expand(kind, people) if one.asked):
        question = question_for(kind, planned, people, COMMON)
        records = handlers.open_records(told[question.item], archives / f"{catalogue.item(question.item).holder}.sqlite")
        said[planned.place] = told[question.item].find(records, [question])[0].outcome
        records.close()
    return said


def test_the_people_of_the_bundles_are_found_as_told(
    city: City, told: dict[str, Story], catalogue: Catalogue, archives: Path
) -> None:
    stories = bundle_stories(city, told.values())

    assert found(stories["deposit"], catalogue, archives) == {
        "death": "confirmed", "kinship/heir.0": "confirmed", "kinship/heir.1": "not_digitised",
    }  # fmt: skip
    assert stories["deposit"].area in {area.code for area in areas()}
    assert set(found(stories["court_filing"], catalogue, archives).values()) == {"confirmed", "no_record"}
    assert len(found(stories["court_filing"], catalogue, archives)) == 5
