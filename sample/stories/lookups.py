"""Stories of records that are looked up: for each matter its own fields; and of values that are compared."""

from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json


def query(stage: Stage, tell: Teller) -> None:
    """A household page is looked up for a mortgage, for a lawsuit, and by a bank that may not."""
    question = stage.sheet["questions"]["household"]
    tell.does("bank1", "looks the household of a borrower up, for a mortgage")
    case = stage.look("bank1", stage.ask("bank1", question), wait=30)
    finding = case["finding"] or {}
    tell.check(finding.get("outcome") == "confirmed", f"{case['number']}: {finding.get('headline', {}).get('zh')}")
    listed = _listed(stage, "bank1", question)
    tell.check(case["wanted"] == listed, f"the mortgage's list names: {', '.join(listed)}")
    tell.check(_fields(finding) == set(listed), f"exactly these came back, in {len(finding['records'])} rows")
    tell.does("court1", "looks the same household up, for a lawsuit")
    other = {**question, "matter": "court_filing", "reference": "（2026）浙0782民初123号"}
    filed = stage.look("court1", stage.ask("court1", other), wait=30)
    tell.check(_fields(filed["finding"]) == set(_listed(stage, "court1", other)), "the lawsuit gets the address, and nothing else")
    tell.does("bank1", "looks it up for a legal aid case, for which it has no permission")
    refused = stage.call("bank1", "POST", "/cases", {**question, "matter": "legal_aid"})
    errors = [error["message"] for error in refused.json()["errors"]]
    tell.check(refused.status_code == 403 and bool(errors), f"{refused.status_code}: {errors[0]}")


def compare(stage: Stage, tell: Teller) -> None:
    """A bank closes a card and may not see a birth record: it states the parents, and is told whether they are so."""
    question = stage.sheet["questions"]["stated_parents"]
    tell.does("bank1", "states the parents' names, to be compared with the record of the birth")
    case = stage.look("bank1", stage.ask("bank1", question), wait=30)
    finding = case["finding"] or {}
    tell.check(set(finding.get("facts", {}).values()) == {"agrees"}, f"{case['number']}: {finding.get('headline', {}).get('zh')}")
    tell.check(not finding.keys() & {"records", "values"}, "nothing of the record comes with it")
    tell.does("bank1", "states another mother")
    wrong = {**question, "details": {**question["details"], "mother": "欧阳无此人"}}
    again = stage.look("bank1", stage.ask("bank1", wrong), wait=30)
    facts = (again["finding"] or {}).get("facts", {})
    tell.check((facts.get("mother"), facts.get("father")) == ("differs", "agrees"), "that one differs, the father agrees")
    tell.check(question["details"]["mother"] not in str(again), "and who the mother is, nobody says")
    tell.does("bank1", "asks for the fields themselves")
    refused = stage.call("bank1", "POST", "/cases", {**question, "mode": "query", "details": {}})
    errors = {error["field"]: error["message"] for error in refused.json()["errors"]}
    tell.check(refused.status_code == 422 and "mode" in errors, f"{refused.status_code}: {errors.get('mode')}")


def _listed(stage: Stage, who: str, question: Json) -> list[str]:
    """The fields that the question's matter gets of its item, as this asker is told, in the order of the item."""
    matters = {one["code"]: one for one in stage.call(who, "GET", "/matters").json()["matters"]}
    item = next(one for one in stage.call(who, "GET", "/items").json()["items"] if one["code"] == question["item"])
    names = matters[question["matter"]]["fields"][question["item"]]
    return [field["name"] for field in item["fields"] if field["name"] in names]


def _fields(finding: Json) -> set[str]:
    return {name for row in finding.get("records", []) for name in row}
