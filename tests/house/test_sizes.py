"""The size and shape of files, and the rules about time and state that no linter knows."""

import ast
from pathlib import PurePosixPath

from tests.house.rooms import files, trees

FILE_LINES, FUNCTION_LINES = 250, 30
BANNED = {"utils", "util", "helpers", "common", "misc", "base", "core", "models", "services", "manager", "types"}
MAY_SET_STATE = {"cases/effects.py", "cases/moves.py", "cases/opening.py"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def late_imports(tree: ast.Module) -> list[int]:
    """Lines of imports that stand inside a function."""
    inside = [node for function in ast.walk(tree) if isinstance(function, FUNCTIONS) for node in ast.walk(function)]
    return [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]


def clock_readings(tree: ast.Module) -> list[int]:
    """Lines that ask the computer for the time."""
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return [node.lineno for node in asked if isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS]


def state_settings(tree: ast.Module) -> list[int]:
    """Lines that set a case's state: by assignment, by setattr, or in a statement or row of Case."""
    if not any(isinstance(n, ast.ImportFrom) and any(alias.name == "Case" for alias in n.names) for n in ast.walk(tree)):
        return []
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr) and _sets_state(node)]


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


def test_no_function_is_longer_than_a_screen() -> None:
    functions = [(name, node) for name, tree in trees() for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    long = {f"{name}:{node.name}": body_lines(node) for name, node in functions if body_lines(node) > FUNCTION_LINES}

    assert long == {}


def test_every_file_says_what_it_is() -> None:
    silent = [name for name, tree in trees() if not ast.get_docstring(tree)]
    silent += [name for name, tree in trees("tests") if not ast.get_docstring(tree)]

    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [name for name, _ in files() if BANNED & set(PurePosixPath(name).with_suffix("").parts)]

    assert vague == []


def test_every_import_stands_at_the_top() -> None:
    hidden = {name: late_imports(tree) for name, tree in trees() if late_imports(tree)}

    assert hidden == {}


def test_the_clock_is_read_in_deploy_and_the_sample_alone() -> None:
    readings = {name: clock_readings(tree) for name, tree in trees() if clock_readings(tree)}

    assert [name for name in readings if not name.startswith(("deploy/", "sample/"))] == []
    assert readings, "deploy/wall_clock.py reads it: a test that sees no reading at all looks at nothing"


def test_only_moves_and_openings_set_the_state_of_a_case() -> None:
    settings = {name: state_settings(tree) for name, tree in trees() if state_settings(tree)}

    assert {name: lines for name, lines in settings.items() if name not in MAY_SET_STATE} == {}


def test_a_state_set_by_the_way_would_be_seen() -> None:
    start = "from cases.case import Case\n"
    ways = ["case.state = 'closed'", "setattr(case, 'state', 'x')", "update(Case).values(state='x')", "Case(state='x')"]

    assert [state_settings(ast.parse(start + way)) for way in ways] == [[2]] * 4
    assert state_settings(ast.parse(start + "request.app.state.context = case.state")) == []
