"""What every file of the house looks like: short, described, with a twin in the tests."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "unmoor"
FILES = sorted(SOURCE.rglob("*.py"))
PACKAGES = sorted(path for path in SOURCE.rglob("__init__.py") if path.parent != SOURCE)
LIMIT = 500
MEDIAN_LIMIT = 200


def name_of(path: Path) -> str:
    """The path below src/unmoor, as a test id."""
    return str(path.relative_to(SOURCE))


def length(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_is_long(path: Path) -> None:
    assert length(path) <= LIMIT, f"{name_of(path)} has {length(path)} lines: two ideas met here, part them"


def test_the_median_file_is_short(record_property, capsys) -> None:
    lengths = [length(path) for path in FILES if path.name != "__init__.py"]
    median = statistics.median(lengths)
    with capsys.disabled():
        print(f"\nsrc/unmoor: {len(lengths)} files, median {median:g} lines, longest {max(lengths)}")
    record_property("median_lines", median)
    assert median <= MEDIAN_LIMIT


@pytest.mark.parametrize("path", PACKAGES, ids=name_of)
def test_a_room_says_what_belongs_in_it(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert text.startswith("Belongs here if "), f"{name_of(path)}: the docstring starts 'Belongs here if ...'"


def test_every_folder_with_code_is_a_package() -> None:
    missing = {str(path.parent.relative_to(SOURCE)) for path in FILES if not (path.parent / "__init__.py").exists()}
    assert not missing, f"no __init__.py in {sorted(missing)}"


def undescribed(tree: ast.Module) -> list[str]:
    """Public classes and functions, methods of public classes included, that lack a docstring."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    lacking: list[str] = [] if ast.get_docstring(tree) else ["the file itself"]
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            inner = [one for one in node.body if isinstance(one, kinds)] if isinstance(node, ast.ClassDef) else []
            public = [one for one in inner if not one.name.startswith("_")]
            lacking += [one.name for one in [node, *public] if not ast.get_docstring(one)]
    return lacking


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_public_name_is_described(path: Path) -> None:
    lacking = undescribed(ast.parse(path.read_text()))
    assert not lacking, f"{name_of(path)}: no docstring on {', '.join(lacking)}"


def test_the_docstring_rule_sees_methods() -> None:
    tree = ast.parse('"""."""\nclass A:\n    """."""\n    def f(self): ...\n    def _g(self): ...\ndef _h(): ...\n')
    assert undescribed(tree) == ["f"]


@pytest.mark.parametrize("path", [path for path in FILES if not path.name.startswith("__")], ids=name_of)
def test_every_file_has_its_twin(path: Path) -> None:
    twin = ROOT / "tests" / path.relative_to(SOURCE).parent / f"test_{path.name}"
    assert twin.exists(), f"write {twin.relative_to(ROOT)}"


def test_the_map_of_the_code_names_every_room() -> None:
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert not {room for room in rooms if f"| `{room}/` |" not in text}
