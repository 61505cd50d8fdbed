"""The size and shape of files, and the rules about time and state that no linter knows."""

import ast
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest

from tests.house.rooms import docstring_of, files, trees

FILE_LINES, FUNCTION_LINES = 250, 30
BANNED = {"utils", "util", "helpers", "common", "misc", "base", "core", "models", "services", "manager", "types"}
MAY_SET_STATE = {"cases/effects.py", "cases/moves.py", "cases/opening.py"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@dataclass
class Seen:
    """What one file holds that these rules are about; lines of imports, readings of the clock and settings of a state."""

    functions: dict[str, int]  # lines of the body, by name
    late_imports: list[int]
    clocks: list[int]
    states: list[int]


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """Every file of the rooms, parsed and walked through once for all of these tests."""
    return {name: look_at(tree) for name, tree in trees()}


def look_at(tree: ast.Module) -> Seen:
    """What stands in this file."""
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    inside = [(function.body[0].lineno, function.end_lineno or 0) for function in functions]
    return Seen(
        {f"{node.name}:{node.lineno}": body_lines(node) for node in functions},
        [node.lineno for node in imports if any(first <= node.lineno <= last for first, last in inside)],
        [node.lineno for node in nodes if _reads_clock(node)],
        state_settings(nodes),
    )


def _reads_clock(node: ast.AST) -> bool:
    """Whether it asks the computer for the time."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS


def state_settings(nodes: list[ast.AST]) -> list[int]:
    """Lines that set a case's state: by assignment, by setattr, or in a statement or row of Case."""
    if not any(isinstance(n, ast.ImportFrom) and any(alias.name == "Case" for alias in n.names) for n in nodes):
        return []
    return [node.lineno for node in nodes if isinstance(node, ast.stmt | ast.expr) and _sets_state(node)]


def _sets_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        named = called in ("Case", "Case.model_validate") or called.endswith(".values")
        by_name = called in ("setattr", "set_committed_value") and any(ast.unparse(arg) == "'state'" for arg in node.args)
        return by_name or (named and any(keyword.arg == "state" for keyword in node.keywords))
    return False


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    long = {name: len(text.splitlines()) for name, text in files() if len(text.splitlines()) > FILE_LINES}

    assert long == {}


def test_no_function_is_longer_than_a_screen(seen: dict[str, Seen]) -> None:
    functions = {(name, what): lines for name, one in seen.items() for what, lines in one.functions.items()}

    assert {where: lines for where, lines in functions.items() if lines > FUNCTION_LINES} == {}
    assert len(functions) > 1000, "a test that sees no function at all looks at nothing"


def test_every_file_says_what_it_is() -> None:
    assert [name for name, text in (*files(), *files("tests")) if not docstring_of(text)] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [name for name, _ in files() if BANNED & set(PurePosixPath(name).with_suffix("").parts)]

    assert vague == []


def test_every_import_stands_at_the_top(seen: dict[str, Seen]) -> None:
    assert {name: one.late_imports for name, one in seen.items() if one.late_imports} == {}


def test_the_clock_is_read_in_deploy_and_the_sample_alone(seen: dict[str, Seen]) -> None:
    readings = [name for name, one in seen.items() if one.clocks]

    assert [name for name in readings if not name.startswith(("deploy/", "sample/"))] == []
    assert readings, "deploy/wall_clock.py reads it: a test that sees no reading at all looks at nothing"


def test_only_moves_and_openings_set_the_state_of_a_case(seen: dict[str, Seen]) -> None:
    assert {name: one.states for name, one in seen.items() if one.states and name not in MAY_SET_STATE} == {}


def test_a_late_import_would_be_seen() -> None:
    assert look_at(ast.parse("def f():\n    import os\n\nasync def g(): import os\nimport re")).late_imports == [2, 4]


def test_a_state_set_by_the_way_would_be_seen() -> None:
    start = "from cases.case import Case\n"
    ways = ["case.state = 'closed'", "setattr(case, 'state', 'x')", "update(Case).values(state='x')", "Case(state='x')"]

    assert [look_at(ast.parse(start + way)).states for way in ways] == [[2]] * 4
    assert look_at(ast.parse(start + "request.app.state.context = case.state")).states == []
