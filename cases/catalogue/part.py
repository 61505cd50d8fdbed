"""What every part of a catalogue file shares: its code, and texts in Chinese and English."""

from pydantic import BaseModel, ConfigDict, Field

Code = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")


class Part(BaseModel):
    """Anything read from a catalogue file: never changed afterwards, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Entry(Part):
    """What a whole file says; its code is the file's name."""

    code: str = Code


class Text(Part):
    """Words in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def say(self, locale: str) -> str:
        """The words for `en...`, Chinese for every other locale."""
        return self.en if locale.lower().startswith("en") else self.zh
