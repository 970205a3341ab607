"""One case of the SBML semantic test suite: a model, what to report of it, and the published curves."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput

MODEL, SETTINGS, RESULTS = "model.xml", "settings.txt", "results.csv"


@dataclass(frozen=True, eq=False)
class Case:
    """What settings.txt and results.csv of a case say; `times` (time,) and `expected` (time, name) in its own units."""

    name: str
    model: Path
    names: tuple[str, ...]
    amounts: tuple[str, ...]
    concentrations: tuple[str, ...]
    absolute: float
    relative: float
    times: NDArray[np.float64]
    expected: NDArray[np.float64]


def read_case(folder: Path) -> Case:
    """The case in a folder.

    Raises BadInput where a file is missing or is not of the suite's form.
    """
    try:
        lines = (line.partition(":") for line in (folder / SETTINGS).read_text(encoding="utf-8").splitlines())
        said = {key.strip(): text.strip() for key, _, text in lines if key.strip()}
        head, *cells = list(csv.reader((folder / RESULTS).read_text(encoding="utf-8").splitlines()))
        table = np.array([[float(cell) for cell in row] for row in cells if row])
        return Case(
            name=folder.name,
            model=folder / MODEL,
            # the column of time is the first, whatever it is called: a model may have a symbol of that name
            names=tuple(cell.strip() for cell in head[1:]),
            amounts=_listed(said.get("amount", "")),
            concentrations=_listed(said.get("concentration", "")),
            absolute=float(said["absolute"]),
            relative=float(said["relative"]),
            times=np.ascontiguousarray(table[:, 0]),
            expected=np.ascontiguousarray(table[:, 1:]),
        )
    except (OSError, UnicodeDecodeError, KeyError, ValueError, IndexError) as problem:
        todo = f"a case has {MODEL}, {SETTINGS} and {RESULTS} as the SBML Test Suite writes them"
        raise BadInput(f"this is no case of the suite: {problem!r}", where=str(folder), todo=todo) from problem


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def case_folders(folder: Path) -> Sequence[Path]:
    """The folders of all cases below `folder`, sorted by name.

    Raises BadInput when there is none.
    """
    found = sorted(path.parent for path in folder.glob(f"*/{MODEL}")) if folder.is_dir() else []
    if not found:
        todo = f"give the folder that holds a folder with {MODEL} for each case"
        raise BadInput("there are no cases of the SBML test suite here", where=str(folder), todo=todo)
    return found
