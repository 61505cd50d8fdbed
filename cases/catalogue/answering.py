"""An item's TOML fields for answering: standard phrases by outcome, and the form of an archive reference."""

import re
import unicodedata
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cases.catalogue.part import Part, Text
from cases.names import without_unseen
from cases.question import Outcome

TWO_NUMBERS = r".*\d\D+\d.*"  # a volume and a page, whatever stands around them
# Traditional characters in the words that clerks are held to; a name is never read with these.
_SIMPLIFIED = str.maketrans(
    "屬實證狀況單離異無記載檔閱關見號碼與註銷結雙應內歷戶舊冊稅業續並沒報錄縣區發現類資錯誤對係還該說",
    "属实证状况单离异无记载档阅关见号码与注销结双应内历户旧册税业续并没报录县区发现类资错误对系还该说",
)


class Phrase(Text):
    """A ready sentence. It may stand with these outcomes alone; with any where none is named."""

    outcomes: tuple[Outcome, ...] = ()
    needs: str = ""  # the code of the fact that the sentence takes for granted

    def fits(self, outcome: str) -> bool:
        """Whether it does not deny this outcome."""
        return not self.outcomes or outcome in self.outcomes

    def stands_in(self, words: str) -> bool:
        """Whether these words hold the sentence, in either language, whatever blanks and stops are around it."""
        said = bare(words)
        return bare(self.zh) in said or bare(self.en) in said


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


def bare(words: str) -> str:
    """The words as they are looked for: no blanks, stops or unseen signs, in plain signs, small letters and new characters."""
    text = unicodedata.normalize("NFKC", without_unseen(words)).translate(_SIMPLIFIED)
    return re.sub(r"[\W_]+", "", text).casefold()
