"""The story of a spouse without a resident ID card: no machine may say that there is no record, and a clerk finds the paper."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sample.city.stories import FOREIGN_CARD
from sample.stories.desk import archive_answer
from sample.stories.put_right import checked
from sample.stories.stage import Stage
from sample.stories.teller import Teller
from storage.json import Json

PAGE = "2014-17"  # volume and page, as the clerk reads them on the paper
SHOWN = f"{FOREIGN_CARD[:3]}***********{FOREIGN_CARD[-4:]}"


def foreign_spouse(stage: Stage, tell: Teller) -> None:
    """A wife from Canada has no resident ID card, but a permanent residence card."""
    question = stage.sheet["questions"]["foreign_spouse"]
    mistyped(stage, tell, question)
    tell.does("bank1", "asks the police: is she the wife of the card holder?")
    number = stage.ask("bank1", question)
    case = stage.until_state("bank1", number, "at_desk")
    handed = next(line for line in case["trail"] if line["action"] == "hand_over")
    tell.check(
        handed["actor"] == "machine",
        f"{number}: the register knows no such cards: the machine hands over, and denies nothing",
    )
    stage.move("police1", number, "take")
    archive_answer(stage, tell, "police1", number, PAGE)
    shown_masked(stage, tell, number)
    asked_again(stage, tell, question, number)


def mistyped(stage: Stage, tell: Teller, question: Json) -> None:
    """The card's check digit finds one wrong digit."""
    slip = FOREIGN_CARD[:-2] + str((int(FOREIGN_CARD[-2]) + 1) % 10) + FOREIGN_CARD[-1]
    wife = question["subjects"]["relative"]
    wrong = with_wife(question, document={**wife["document"], "number": slip})
    tell.does("bank1", "asks with one digit of her card mistyped")
    refused = stage.call("bank1", "POST", "/cases", wrong, locale="en")
    fault = refused.json()["errors"][0]
    at = (refused.status_code, fault["field"])
    tell.check(at == (422, "subjects.relative.document.number"), f"refused: {fault['message']}")


def with_wife(question: Json, **changes: object) -> Json:
    """The question with something else said of her."""
    people = question["subjects"]
    return {**question, "subjects": {**people, "relative": {**people["relative"], **changes}}}


def shown_masked(stage: Stage, tell: Teller, number: str) -> None:
    """The asker's page has the masked number and which document it is; the paper is genuine."""
    shown = stage.page("bank1", f"/cases/{number}")
    tell.check(SHOWN in shown and FOREIGN_CARD not in shown, f"the bank's page has {SHOWN}")
    tell.check("外国人永久居留身份证" in shown and "马丽" in shown, "which document it is of, and her Chinese name")
    with TemporaryDirectory(prefix="hecha-foreign-") as folder:
        receipt = Path(folder) / "receipt.pdf"
        receipt.write_bytes(stage.call("bank1", "GET", f"/cases/{number}/receipt.pdf").content)
        tell.check("已作废" not in checked(stage, receipt), "/verify: the receipt is genuine")


def asked_again(stage: Stage, tell: Teller, question: Json, number: str) -> None:
    """Her name in another order and without its accents is the same name."""
    tell.does("bank1", "asks again, with her name as the lowest line of her passport has it")
    again = stage.ask("bank1", with_wife(question, name="marie eve tremblay"))
    tell.check(number in stage.page("bank1", f"/cases/{again}"), f"{again} is known as the same question")
