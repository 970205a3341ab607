"""Each third-party library has one home, is declared once, and is used."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "unmoor"
# distribution -> (imported name, where below src/unmoor it may be imported); "" is everywhere: the house's currency
HOMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "numpy": ("numpy", ("",)),
    "pandas": ("pandas", ("",)),
    "xarray": ("xarray", ("",)),
    "antimony": ("antimony", ("model/",)),
    "python-libsbml": ("libsbml", ("model/",)),
    "pint": ("pint", ("base/units.py",)),
    "pyyaml": ("yaml", ("base/located_yaml.py", "base/document.py")),
    "pydantic": ("pydantic", ("base/document.py", "population/", "calibration/", "trial/")),
    "pyarrow": ("pyarrow", ("base/result",)),
    "llvmlite": ("llvmlite", ("engine/",)),
    "numba": ("numba", ("engine/",)),
    "scipy": ("scipy", ("base/random.py", "population/", "calibration/", "trial/statistics/", "trial/survival/",
                        "trial/designs/", "trial/dose_finding/", "trial/phase_two/")),
    "matplotlib": ("matplotlib", ("reporting/",)),
    "jinja2": ("jinja2", ("reporting/",)),
    "pyreadstat": ("pyreadstat", ("trial/adam/",)),
    "typer": ("typer", ("cli/",)),
    "rich": ("rich", ("cli/",)),
}
EXTRAS = {"distributed": ("distributed", ("trial/cluster.py",))}  # only where an extra of its home asks for them
OWNERS = dict([*HOMES.values(), *EXTRAS.values()])
FILES = sorted(SOURCE.rglob("*.py"))


def third_party(tree: ast.AST) -> set[str]:
    """Top-level names of the third-party packages a syntax tree imports, late imports included."""
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"unmoor"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_library_is_imported_in_its_home_only(path: Path) -> None:
    below = path.relative_to(SOURCE).as_posix()
    for name in sorted(third_party(ast.parse(path.read_text()))):
        assert name in OWNERS, f"{below} imports {name}, which has no home in HOMES"
        assert below.startswith(OWNERS[name]), f"{below} imports {name}, whose home is {', '.join(OWNERS[name])}"


def test_declared_libraries_are_those_with_a_home() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {line.split(">=")[0].lower() for line in declared} == set(HOMES)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {line.split(">=")[0] for line in extras["cluster"]} == {"dask", *EXTRAS}


def test_every_declared_library_is_used() -> None:
    used = set().union(*(third_party(ast.parse(path.read_text())) for path in FILES))
    assert used == set(OWNERS), f"declared and never imported: {sorted(set(OWNERS) - used)}"


@pytest.mark.parametrize("name", sorted(HOMES))
def test_the_lock_pins_it(name: str) -> None:
    assert f"\n{name}==" in (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize("name", ["dask", *sorted(EXTRAS)])
def test_the_lock_of_the_tests_pins_extras(name: str) -> None:
    assert f"\n{name}==" in (ROOT / "requirements-test.lock").read_text()
