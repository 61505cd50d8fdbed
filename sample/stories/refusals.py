"""The story of what is refused before anything is asked: each with its field named, in both languages."""

from sample.stories.stage import Stage
from sample.stories.teller import Teller


def refused(stage: Stage, tell: Teller) -> None:
    """A wrong check digit, an item without grant, a matter that does not allow the item."""
    for name in ("wrong_check_digit", "not_granted", "wrong_matter"):
        question, field = stage.sheet["questions"][name], stage.sheet["stories"][name]["refused"]
        tell.does("bank1", f"asks: {name.replace('_', ' ')}")
        words = []
        for locale in ("zh", "en"):
            response = stage.call("bank1", "POST", "/cases", question, locale=locale)
            problem = response.json()
            kind = response.headers["content-type"]
            tell.check(response.status_code in (403, 422) and "problem+json" in kind, f"{response.status_code} {kind}")
            errors = {error["field"]: error["message"] for error in problem["errors"]}
            tell.check(field in errors, f"{locale}: {field}: {errors.get(field)}")
            words.append(errors[field])
        tell.check(words[0] != words[1], "in both languages")
