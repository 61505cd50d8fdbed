"""Stories of certificates nobody needs: 15 and 18 digits of one person, and one that was cancelled. Nothing is sent."""

import re

from cases.documents.id_numbers import ResidentId
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json

FIRST_HIT = re.compile(r'class="hit" href="([^"]+)"')


def first_hit(stage: Stage, who: str, words: str) -> str:
    """Where Enter leads in the one search."""
    found = FIRST_HIT.search(stage.page(who, f"/ask?q={words}"))
    return found[1] if found else ""


def not_needed(stage: Stage, tell: Teller) -> None:
    """A citizen was sent for a certificate that the 15 and the 18 digits are one person's."""
    tell.does("bank1", "types 15位, and Enter")
    way = first_hit(stage, "bank1", "15位")
    page = stage.page("bank1", way)
    tell.check("无需证明，请勿索要" in page, f"one search, one Enter: {way} says that it is not needed")
    tell.check("公通字〔2016〕21号" in page, "by which document, stands beside it")
    slip(stage, tell, way)
    tell.does("bank1", "asks all the same whether the number was changed from the 15 digits to the 18")
    question = _same_number(stage)
    before = _asked(stage)
    reply = stage.press("bank1", "/ask/identity_change", _typed(question))
    tell.check(reply.status_code == 422 and way in reply.text, "the form says that both are one number, and leads to the slip")
    told = stage.call("bank1", "POST", "/cases", question).json()["errors"]
    tell.check([one["code"] for one in told] == ["not_needed"], f"a program hears the same: {told[0]['message']}")
    tell.check(_asked(stage) == before, "nothing was sent")


def cancelled(stage: Stage, tell: Teller) -> None:
    """A citizen was sent to the community for a certificate of the right to inherit."""
    tell.does("bank1", "types 遗产继承权证明, and Enter")
    way = first_hit(stage, "bank1", "遗产继承权证明")
    page = stage.page("bank1", way)
    told = re.search(r"自 (\d{4}-\d\d-\d\d) 起取消", page)
    tell.check(told, f"one search, one Enter: {way} says that it is cancelled since {told[1] if told else ''}")
    tell.check("全市证明事项取消清单（示例）" in page and "民发〔2020〕20号" in page, "by which document, and on which ground")
    tell.check('href="/ask/bundles/deposit_of_deceased"' in page, "the bundle that takes its place is one Enter away")
    slip(stage, tell, way)
    one = stage.call("bank1", "GET", f"/certificates/{way.rpartition('/')[2]}").json()
    tell.check(one["class"] == "cancelled" and one["bundle"]["allowed"], "a program hears the same")


def slip(stage: Stage, tell: Teller, way: str) -> None:
    """The slip is printed: no personal data is needed for it."""
    tell.does("bank1", "prints the slip for the citizen and for whoever asked for the certificate")
    reply = stage.press("bank1", f"{way}/slip", {}, seen=way)
    tell.check(reply.content.startswith(b"%PDF"), "a PDF of one page with two halves, on which nobody's name stands")


def _same_number(stage: Stage) -> Json:
    """A question whose former number is the 15-digit form of the same person's number."""
    person = next(
        one
        for name in ("kinship", "fifteen", "paper")
        for one in stage.sheet["questions"][name]["subjects"].values()
        if ResidentId(one["id_number"]).old_number
    )
    whole = {"item": "identity_change", "matter": "close_relative_card", "purpose": "核对同一人", "reference": "N-15"}
    return {**whole, "subjects": {"person": person}, "details": {"former_number": ResidentId(person["id_number"]).old_number}}


def _typed(question: Json) -> dict[str, str]:
    person = {f"subjects.person.{name}": value for name, value in question["subjects"]["person"].items()}
    plain = {name: question[name] for name in ("matter", "purpose", "reference")}
    return {**person, **plain, "details.former_number": question["details"]["former_number"]}


def _asked(stage: Stage) -> list[str]:
    """The numbers of the last questions of the bank."""
    return [one["number"] for one in stage.call("bank1", "GET", "/cases").json()["cases"]]
