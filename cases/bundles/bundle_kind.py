"""A kind of bundle, as its TOML file says it: roles, questions, the rule that joins them, and the words of each result."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from cases.bundles.expression import BadExpression, Expression, parse
from cases.catalogue.part import Code, Entry, Part, Text

MOST = 20  # people in one role
OTHERWISE = "otherwise"  # the condition of the last result


def _readable(text: str) -> str:
    try:
        parse(text)
    except BadExpression as bad:
        raise PydanticCustomError("expression", str(bad).replace("{", "(").replace("}", ")")) from None
    return text


Rule = Annotated[str, StringConstraints(min_length=1), AfterValidator(_readable)]
Row = Annotated[str, AfterValidator(lambda text: text if text == OTHERWISE else _readable(text))]


class RoleField(Part):
    """A further field of each person in a role; kind and choices are those of the item's detail that it fills."""

    name: str = Code
    label: Text
    choices: tuple[str, ...] = ()  # of the detail's choices only these; empty: all


class BundleRole(Part):
    """Who a bundle is about: so many people by ID number, or enterprises by credit code."""

    role: str = Code
    kind: Literal["person", "enterprise"] = "person"
    label: Text
    min: int = Field(default=1, ge=0, le=MOST)
    max: int = Field(default=1, ge=1, le=MOST)
    fields: tuple[RoleField, ...] = ()

    @property
    def many(self) -> bool:
        """Whether several may stand in it."""
        return self.max > 1

    @property
    def number_field(self) -> str:
        """The field of a person that this kind needs."""
        return "id_number" if self.kind == "person" else "credit_code"

    @model_validator(mode="after")
    def _min_before_max(self) -> Self:
        if self.min > self.max:
            raise PydanticCustomError("roles", "min must not be more than max.")
        return self


class BundleQuestion(Part):
    """One question of a bundle: for each person of a role that may have several it is asked once.

    `subjects` says which role of the bundle stands in which of the item; `details` fills one of the item's from a field of a
    role (`relation = "heir.relation"`), `fixed` with the same value always. Where nobody stands in a role, it is not asked.

    `ask`: "always"; "offered": as whoever asks has chosen, `ticked` where nothing was said; "if": by itself as soon as `condition`
    is so. In a condition the words of questions about the same people are about these people.
    """

    code: str = Code
    item: str
    label: Text
    why: Text | None = None  # what the answer is needed for, shown beside the tick
    subjects: dict[str, str] = Field(min_length=1)
    details: dict[str, str] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)
    mode: Literal["", "query", "compare"] = ""  # of an item of class query, how it is asked
    ask: Literal["always", "offered", "if"] = "always"
    ticked: bool = True
    condition: Rule | None = None

    @model_validator(mode="after")
    def _condition_where_it_belongs(self) -> Self:
        if (self.ask == "if") != (self.condition is not None):
            raise PydanticCustomError("condition", 'Give condition = "..." exactly where ask is "if".')
        return self


class Result(Part):
    """One row of the table of results: the first whose condition is so is the bundle's.

    `usable`: whether what was asked for can go on with it wholly, in part, or not at all. `claims` is what may be said of it;
    `next` what whoever asked can do now.
    """

    code: str = Code
    when: Row
    usable: Literal["whole", "part", "no"]
    title: Text
    words: Text
    next: Text | None = None

    @cached_property
    def rule(self) -> Expression | None:
        """The condition; None for the last one, which needs none."""
        return None if self.when == OTHERWISE else parse(self.when)


class UsablePart(Part):
    """What can be used already while the rest is open: for each person in the role `each`, where one is named, or as a whole."""

    code: str = Code
    when: Rule
    each: str = ""
    words: Text

    @cached_property
    def rule(self) -> Expression:
        """The condition."""
        return parse(self.when)


class BundleKind(Entry):
    """One kind of bundle. Read them with `cases.bundles.loading.load_bundles`; they stand in `Rulebook.bundles` by code.

    What to do with one: `people.people_faults` checks who was named; `expanding.expand` makes the questions of people and
    choices; `joining.join` joins their answers (`answers.answer_of` each case) into one result.
    """

    matter: str
    title: Text
    help: Text
    keywords: tuple[str, ...]
    told: tuple[Text, ...] = ()  # what whoever asks is told at once, before anything is sent: limits, what else is to be brought
    rule: Text  # the join rule in words
    roles: tuple[BundleRole, ...] = Field(min_length=1)
    questions: tuple[BundleQuestion, ...] = Field(min_length=1)
    parts: tuple[UsablePart, ...] = ()
    results: tuple[Result, ...] = Field(min_length=1)

    @cached_property
    def by_role(self) -> dict[str, BundleRole]:
        """Roles by name."""
        return {role.role: role for role in self.roles}

    @cached_property
    def by_question(self) -> dict[str, BundleQuestion]:
        """Questions by code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def by_result(self) -> dict[str, Result]:
        """Results by code."""
        return {result.code: result for result in self.results}

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items that it may ask, each once."""
        return tuple(dict.fromkeys(question.item for question in self.questions))

    def many_roles(self, question: str) -> tuple[str, ...]:
        """The roles of this question in which several may stand."""
        roles = dict.fromkeys(self.by_question[question].subjects.values())
        return tuple(role for role in roles if self.by_role[role].many)

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        for names in ([r.role for r in self.roles], [q.code for q in self.questions], [r.code for r in self.results]):
            if len(set(names)) < len(names):
                raise PydanticCustomError("names", "Every role, every question and every result needs a name of its own.")
        return self

    @model_validator(mode="after")
    def _ends_with_otherwise(self) -> Self:
        if [place for place, result in enumerate(self.results) if result.when == OTHERWISE] != [len(self.results) - 1]:
            raise PydanticCustomError("results", 'The last of [[results]], and only that one, needs when = "otherwise".')
        return self
