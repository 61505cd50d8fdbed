"""A stop: a question that needs nobody's answer, because what is stated says the same twice; a certificate of it is not needed."""

from cases.catalogue.part import Code, Part
from cases.documents.id_numbers import BadNumber, ResidentId
from cases.question import Question
from storage.problem import N_

SAME_NUMBER = N_("Both are one number: the 15 digits became 18 by rule. Nothing has to be verified or certified: nothing is sent.")


class Stop(Part):
    """The detail `number` holds the number of the person in `role` again, at most in its 15-digit form: nothing differs.

    `unless`: details that state something else as well, which may be asked. `certificate` is the one of the directory that is not
    needed; `words` say why nothing is sent.
    """

    certificate: str = Code
    role: str
    number: str
    unless: tuple[str, ...] = ()

    def stops(self, question: Question) -> bool:
        """Whether this question is stopped."""
        person, stated = question.subjects.get(self.role), question.details.get(self.number, "")
        if person is None or not person.id_number or not stated:
            return False
        if any(question.details.get(name, "").strip() not in ("", person.name) for name in self.unless):
            return False
        try:
            return ResidentId.parse(stated).number == person.id_number
        except BadNumber:
            return False
