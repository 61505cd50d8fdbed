"""What an item gives the clerk who answers: ready sentences for each outcome, and how a place in the archive is written."""

import re
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Part, Text
from cases.question import Outcome

TWO_NUMBERS = r".*\d\D+\d.*"  # a volume and a page, whatever stands around them


class Phrase(Text):
    """A ready sentence. It may stand with these outcomes alone; with any where none is named."""

    outcomes: tuple[Outcome, ...] = ()

    def fits(self, outcome: str) -> bool:
        """Whether it does not deny this outcome."""
        return not self.outcomes or outcome in self.outcomes

    def stands_in(self, words: str) -> bool:
        """Whether these words hold the sentence, in either language, whatever blanks and stops are around it."""
        said = _bare(words)
        return _bare(self.zh) in said or _bare(self.en) in said


class ArchiveForm(Part):
    """How the place of a record in the archive is written: a regular expression for the whole of it, and an example."""

    pattern: str = TWO_NUMBERS
    example: Text = Text(zh="第12卷第34页", en="vol. 12, p. 34")

    def fits(self, archive: str) -> bool:
        """Whether this could be such a place."""
        return re.fullmatch(self.pattern, archive.strip(), re.DOTALL | re.IGNORECASE) is not None

    @model_validator(mode="after")
    def _example_fits(self) -> Self:
        try:
            fitting = self.fits(self.example.zh) and self.fits(self.example.en)
        except re.error:
            fitting = False
        if not fitting:
            raise PydanticCustomError("archive_form", "pattern must be a regular expression that both examples fit.")
        return self


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()
