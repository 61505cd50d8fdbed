"""Wording: the sentences that stand in every commitment beside those of its certificate; the city's own file, or ours."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Part, Text
from cases.commitments.terms import names_in

FILE = "commitment.toml"
OURS = Path(__file__).with_name("wording.toml")
STATES, CONSEQUENCES, CHECKS = (
    "states",
    "consequences",
    "checks",
)  # in which the certificate's own stand, too
# What the sentences may name. Empty, in a commitment that has no such thing, the line is left out.
KNOWN = (
    "unit", "matter", "certificate", "basis", "instead", "due_on", "check_on", "check_item", "check_holder", "counts_until",
    "objection_days", "listed_months", "phone",
)  # fmt: skip


class WrongWording(Exception):
    """A file that cannot be used: says the file, and what is wrong in it."""


class Line(Text):
    """A sentence, by which rule it is so, and what the commitment must have for it to stand there, beside what it names."""

    rule: Text | None = None
    needs: str = ""

    @model_validator(mode="after")
    def _names_what_is_known(self) -> Self:
        named = {*names_in(self.zh), *names_in(self.en), *filter(None, [self.needs])}
        if unknown := sorted(named - set(KNOWN)):
            raise PydanticCustomError("placeholder", "Unknown in braces: {names}.", {"names": ", ".join(unknown)})
        return self

    @property
    def named(self) -> set[str]:
        """What must not be empty for this line to stand in a text."""
        return {*names_in(self.zh), *names_in(self.en), *filter(None, [self.needs])}


class Section(Part):
    """A part of the page with its heading."""

    code: str = Field(pattern=r"^[a-z]{1,20}$")
    title: Text
    lines: tuple[Line, ...] = ()


class Wording(Part):
    """A version of the whole page."""

    version: str = Field(min_length=1, max_length=32, pattern=r"^[\w.-]+$")
    title: Text
    paper_title: Text
    sections: tuple[Section, ...] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _has_its_place_for_sentences(self) -> Self:
        if missing := {STATES, CONSEQUENCES, CHECKS} - {section.code for section in self.sections}:
            raise PydanticCustomError("sections", "A section is missing: {names}.", {"names": ", ".join(sorted(missing))})
        return self


def load_wording(folders: Sequence[Path] = ()) -> Wording:
    """The city's own wording where one of the folders has one, the last of them first; else ours. Raises WrongWording."""
    path = next((folder / FILE for folder in reversed(folders) if (folder / FILE).is_file()), OURS)
    try:
        return Wording.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongWording(f"{path}: expected TOML in UTF-8") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise WrongWording(f"{path}: {wrong}") from None
