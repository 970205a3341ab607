"""Imports go down only: each room sees the rooms listed for it and no other, in late and type-checking imports too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "unmoor"
DOWN = {
    "base": set(),
    "model": {"base"},
    "dosing": {"base", "model"},
    "engine": {"base", "model", "dosing"},
    "population": {"base", "model", "dosing", "engine"},
    "trial": {"base", "model", "dosing", "engine", "population"},
    "calibration": {"base", "model", "dosing", "engine", "population", "trial"},
    "planning": {"base", "model", "dosing", "engine", "population", "calibration", "trial"},
    "verification": {"base", "model", "dosing", "engine"},
    "reporting": {"base"},
}
TOP = {"cli", "__init__.py", "__main__.py"}  # these use the public names of rooms, never the files in them


def imported(tree: ast.AST) -> list[str]:
    """Dotted names of everything of unmoor that a syntax tree imports."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the whole name, not a relative import"
            names += [f"unmoor.{one.name}" if node.module == "unmoor" else str(node.module) for one in node.names]
    return [name for name in names if name.split(".")[0] == "unmoor"]


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down_only(path: Path) -> None:
    parts = path.relative_to(SOURCE).parts
    room = parts[0]
    assert room in DOWN or room in TOP, f"'{room}' is no room of the house: give it a line in DOWN"
    for name in imported(ast.parse(path.read_text(), str(path))):
        target = name.split(".")[1] if "." in name else ""
        if room in TOP:
            deep = name.count(".") > 1 and target not in ("base", "cli")
            assert not deep, f"{room} takes '{name}': import the public name from unmoor.{target}"
        elif target in DOWN:
            assert target in DOWN[room] | {room}, f"{path.name} in {room}/ imports {name}, which is not below it"
        else:
            assert target == "__version__", f"{path.name} in {room}/ imports {name}: rooms do not import the front door"


def test_the_rule_sees_late_and_type_checking_imports() -> None:
    tree = ast.parse("if TYPE_CHECKING:\n    import unmoor.trial\ndef f():\n    from unmoor.engine import integrate\n")
    assert imported(tree) == ["unmoor.trial", "unmoor.engine"]
