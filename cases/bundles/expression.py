"""The small language of the rules of bundles: and, or, not, all, any, count, and words about a question's answer.

    death.recorded and all(kinship.recorded)
    count(kinship.confirmed) >= 2
    agrees(marriage.undissolved) or not marriage.asked
    every(known)

`question.word` says something of a question's answer: the words are in WORDS. `agrees`, `differs` and `unclear` take
`question.fact`. `all`, `any` and `count` go over the people of the roles that may have several; `every(word)` and `some(word)` over
all questions that were asked. Nothing of Python is run: its parser gives a tree, and each node is one of the few below or refused.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

# What can be said of a question's answer. Outcomes by their names; the others:
# recorded: confirmed by a record or an archive; stated: confirmed by a contact's statement alone;
# known: a record or an archive says that it is so, that it is not, or that it has nothing;
# by_statement: whatever it says, a contact says it; answered: an answer stands; asked: it was or will be asked.
OUTCOMES = ("confirmed", "contradicted", "no_record", "cannot_say", "identity_mismatch")
WORDS = (*OUTCOMES, "recorded", "stated", "known", "by_statement", "answered", "asked")
FACT_WORDS = ("agrees", "differs", "unclear")
SPANS = ("all", "any", "count")
COMPARISONS: dict[type[ast.cmpop], str] = {ast.GtE: ">=", ast.LtE: "<=", ast.Gt: ">", ast.Lt: "<", ast.Eq: "==", ast.NotEq: "!="}
LONGEST, DEEPEST = 2000, 12  # characters, nested parts


class BadExpression(ValueError):
    """An expression that cannot be used; its words say what would be right."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something that is said of one question: `word` of WORDS, or of FACT_WORDS with the fact."""

    question: str
    word: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of what is open, nothing."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts (`and`), or one of them (`or`)."""

    word: str
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Over:
    """`all` or `any` over the people of the many-roles in the part; with `count`, how many compared with `number`."""

    word: str
    part: "Expression"
    compared: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Throughout:
    """`every` or `some` question of the bundle that was asked: what is said of it."""

    word: str
    said: str


Expression: TypeAlias = Word | Not | Joined | Over | Throughout


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """The expression in this text. Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression(f"must have at most {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression('cannot be read; write it like "death.recorded and all(kinship.recorded)"') from None
    return _read(tree, DEEPEST, inside=False)


def _read(node: ast.expr, left: int, inside: bool) -> Expression:
    if left == 0:
        raise BadExpression(f"must not be nested more than {DEEPEST} deep")
    if isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        return Joined(word, tuple(_read(part, left - 1, inside) for part in node.values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return Not(_read(node.operand, left - 1, inside))
    if isinstance(node, ast.Attribute):
        return _word(*_names(node))
    if isinstance(node, ast.Compare):
        return _count(node, left, inside)
    if isinstance(node, ast.Call):
        return _call(node, left, inside)
    raise BadExpression(
        "may hold and, or, not, all(...), any(...), count(...) and words such as kinship.confirmed, and nothing else"
    )


def _names(node: ast.expr) -> tuple[str, str]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    raise BadExpression("names a question and a word with one dot between them, such as kinship.confirmed")


def _word(question: str, word: str) -> Word:
    if word not in WORDS:
        raise BadExpression(f'"{question}.{word}" says nothing; known words are {", ".join(WORDS)}')
    return Word(question, word)


def _call(node: ast.Call, left: int, inside: bool) -> Expression:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ("every", "some") and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
        return Throughout(name, _word("question", node.args[0].id).word)
    if name not in (*FACT_WORDS, "all", "any") or len(node.args) != 1 or node.keywords:
        raise BadExpression(
            "knows all, any, every, some, agrees, differs, unclear of one thing, and count(...) compared with a number"
        )
    if name in FACT_WORDS:
        question, fact = _names(node.args[0])
        return Word(question, name, fact)
    return Over(name, _inner(node.args[0], left, inside))


def _inner(node: ast.expr, left: int, inside: bool) -> Expression:
    if inside:
        raise BadExpression("must not have all, any or count inside one another")
    return _read(node, left - 1, inside=True)


def _count(node: ast.Compare, left: int, inside: bool) -> Over:
    call, number = node.left, node.comparators[0]
    is_count = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "count" and len(call.args) == 1
    is_one = len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS
    if is_count and is_one and isinstance(number, ast.Constant) and type(number.value) is int and 0 <= number.value <= 99:
        part = _inner(call.args[0], left, inside)  # type: ignore[attr-defined]  # it is a Call
        return Over("count", part, COMPARISONS[type(node.ops[0])], number.value)
    raise BadExpression("compares only count(...) with a whole number from 0 to 99, such as count(kinship.confirmed) >= 2")


def words_of(expression: Expression) -> Iterator[Word]:
    """Every word in it."""
    if isinstance(expression, Word):
        yield expression
    elif isinstance(expression, Joined):
        for part in expression.parts:
            yield from words_of(part)
    elif not isinstance(expression, Throughout):
        yield from words_of(expression.part)


def loose_words(expression: Expression) -> Iterator[Word]:
    """The words that stand outside all, any and count."""
    if isinstance(expression, Word):
        yield expression
    elif isinstance(expression, Not):
        yield from loose_words(expression.part)
    elif isinstance(expression, Joined):
        for part in expression.parts:
            yield from loose_words(part)
