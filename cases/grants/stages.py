"""How long the stages of an application may take, and by which rule: the city's settings."""

from dataclasses import dataclass

from storage.problem import N_

RULE = N_("the State Council's rules of 2018 for sharing data between departments")


@dataclass(frozen=True, slots=True)
class StageDays:
    """Working days to check a form, and for the holder to approve; `rule` is the rule, as an English msgid or in a city's words."""

    check: int = 3
    holder: int = 10
    rule: str = RULE


USUAL_STAGES = StageDays()
