"""Every module of the library stands alone: with each port held still it loads, its units fit, and it runs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.files import LIBRARY, library_names
from unmoor.engine import integrate
from unmoor.model import load_model

FOLDER = LIBRARY / "modules"
MODULES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.ant"))
HEADER = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note"


def rows_of(module: str) -> list[dict[str, str]]:
    """The rows of a module's table, as text."""
    with (FOLDER / f"{module}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def inside(row: dict[str, str]) -> float:
    """A value for an empty constant or a port: one, or the middle of its bounds when one lies outside them."""
    lower, upper = (float(row[key]) if row[key] else None for key in ("lower", "upper"))
    if (lower is None or lower <= 1) and (upper is None or upper >= 1):
        return 1.0
    return (lower + upper) / 2 if lower is not None and upper is not None else lower or upper or 1.0


def test_the_library_has_modules() -> None:
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is(module: str) -> None:
    first = (FOLDER / f"{module}.ant").read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"// \w.{15,}", first), f"{module}.ant: the first line is a comment that says what the module is"


@pytest.mark.parametrize("module", MODULES)
def test_its_rows_are_complete(module: str) -> None:
    assert (FOLDER / f"{module}.csv").read_text(encoding="utf-8").splitlines()[0] == HEADER
    for row in rows_of(module):
        assert row["unit"], f"{row['name']} has no unit"
        if row["value"]:
            assert row["source"], f"{row['name']} has a value and no source"
            assert row["evidence"], f"{row['name']} has a value and no kind of evidence"


@pytest.mark.parametrize("module", MODULES)
def test_it_loads_and_runs_alone(module: str, tmp_path: Path) -> None:
    name = Path(module).name
    rows = rows_of(module)
    ports = [row for row in rows if row["kind"] == "input"]
    empty = [row for row in rows if row["kind"] in ("constant", "covariate", "switch") and not row["value"]]
    wires = "".join(f"  x.{row['name']} is {row['name']};\n" for row in ports)
    text = f'// {name} alone.\nimport "{module}.ant"\n\nmodel probe()\n  x: {name}();\n{wires}end\n'
    held = [f"{row['name']},constant,{inside(row)},{row['unit']},,,,,assumed,assumed,held" for row in ports]
    held += [f"x_{row['name']},{row['kind']},{inside(row)},{row['unit']},,,,,assumed,assumed,held" for row in empty]
    (tmp_path / "probe.ant").write_text(text)
    (tmp_path / "probe.csv").write_text("\n".join([HEADER, *held, ""]))
    model = load_model(tmp_path / "probe.ant")
    assert model.instances == {"x": name}
    computed = [*model.states, *model.assignments] or [*model.initial]  # a module may only compute constants
    found = integrate(model, times=np.linspace(0, 24, 25), outputs=computed)
    assert int(found.status.sum()) == 0
    assert all(np.isfinite(found[one]).all() for one in computed)


def test_every_module_is_used_by_a_model() -> None:
    used = set().union(*(set(load_model(name).instances.values()) for name in library_names("models", ".ant")))
    assert not {Path(module).name for module in MODULES} - used
