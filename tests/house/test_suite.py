"""Every file below tests/ is one that pytest collects, and stands where its source stands."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src" / "unmoor"
OWN = {"house", "contracts", "baselines", "oracles", "published", "properties"}  # suites without a twin in src
FILES = sorted(path for path in TESTS.rglob("*.py") if path.name != "conftest.py")


def name_of(path: Path) -> str:
    """The path below tests/, as a test id."""
    return str(path.relative_to(TESTS))


def named_tests(tree: ast.Module) -> list[str]:
    """Names of the tests a syntax tree holds, those in classes included as Class.test."""
    classes = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name.startswith("Test")]
    bodies = [("", tree.body), *((f"{one.name}.", one.body) for one in classes)]
    functions = [(prefix, one) for prefix, body in bodies for one in body if isinstance(one, ast.FunctionDef)]
    return [prefix + one.name for prefix, one in functions if one.name.startswith("test_")]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_pytest_collects_it(path: Path) -> None:
    if path.name.startswith("_"):
        return  # shared helpers of a folder, imported by its tests
    assert path.name.startswith("test_"), f"{name_of(path)}: pytest does not see this name"
    assert named_tests(ast.parse(path.read_text())), f"{name_of(path)} holds no test"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_test_hides_another_of_its_name(path: Path) -> None:
    names = named_tests(ast.parse(path.read_text()))
    assert len(names) == len(set(names)), f"{name_of(path)}: {sorted({n for n in names if names.count(n) > 1})} twice"


@pytest.mark.parametrize("path", [path for path in FILES if path.relative_to(TESTS).parts[0] not in OWN], ids=name_of)
def test_a_twin_has_a_source(path: Path) -> None:
    below = path.relative_to(TESTS)
    source = SOURCE / below.parent
    candidates = {f"test_{one.name}" for one in source.glob("*.py")} if source.is_dir() else set()
    named = {f"test_{one.stem}_" for one in source.glob("*.py")} if source.is_dir() else set()
    fits = path.name in candidates or any(path.name.startswith(start) for start in named) or path.name.startswith("_")
    assert fits, f"{name_of(path)} has no source file of its name; suites across rooms live in {sorted(OWN)}"
