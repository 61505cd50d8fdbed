"""What is wrong with an entry of the roster: the field, and a sentence that can be translated."""


class RosterProblem(ValueError):
    """`message` is an English msgid with {placeholders} for `params`. Neither holds anything that somebody typed."""

    def __init__(self, field: str, message: str, **params: str | int) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.params = params
