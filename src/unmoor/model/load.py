"""Models by name or file, read once for as long as their files stay the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.files import find
from unmoor.model.antimony import roots
from unmoor.model.build import from_antimony, from_sbml
from unmoor.model.model import Model
from unmoor.model.overlay import OWNERS

_SBML = (".xml", ".sbml")
# Models already read, with the state their files had then: one command loads the same model several times.
_READ: dict[tuple[Any, ...], tuple[tuple[Any, ...], Model]] = {}


def load_model(name_or_path: str | os.PathLike[str], *, overlay: Sequence[Any] = ()) -> Model:
    """A model by its library name, or from an Antimony (.ant) or SBML (.xml) file.

    `overlay` holds parameter CSV paths or collections of Row, laid over the model's tables last, in order. Raises
    UnknownName for unknown names, BadInput for faulty text or tables (all faults at once, each with file and line) and
    Unsupported for constructs that are not computed here.
    """
    path = find("models", name_or_path, ".ant")
    if path.suffix in _SBML:
        return from_sbml(path, overlay)
    key = (path.resolve(), *(str(each) for each in overlay))
    # Rows made by a program (a calibration lays thousands over a model) are not worth remembering.
    lasting = all(isinstance(each, str | Path) for each in overlay)
    if lasting and key in _READ and _READ[key][0] == _state(path, _READ[key][1].files):
        return _READ[key][1]
    problems: list[UnmoorError] = []
    model = from_antimony(path, overlay, problems)
    if model is None:
        raise _all(problems, path)
    if lasting:
        _READ[key] = (_state(path, model.files), model)
    return model


def _state(path: Path, files: Sequence[str]) -> tuple[Any, ...]:
    """Time and size of the files a model was made from, and of the folders where a new one would have a say."""
    folders = [root / kind for root in roots(path) for kind in OWNERS]
    return tuple(_stamp(each) for each in (*map(Path, files), *folders))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


def check_model(name_or_path: str | os.PathLike[str], *, overlay: Sequence[Any] = ()) -> list[UnmoorError]:
    """Every problem that keeps a model from loading; an empty list when there is none."""
    try:
        path = find("models", name_or_path, ".ant")
        if path.suffix in _SBML:
            from_sbml(path, overlay)
            return []
        problems: list[UnmoorError] = []
        from_antimony(path, overlay, problems)
    except UnmoorError as problem:
        return [problem]
    return problems


def _all(problems: list[UnmoorError], path: Path) -> UnmoorError:
    if len(problems) == 1:
        return problems[0]
    told = "\n  ".join(str(each).replace("\n", "\n  ") for each in problems[:20])
    more = f"\n  ... and {len(problems) - 20} more" if len(problems) > 20 else ""
    return BadInput(f"{len(problems)} problems", where=path.name, todo=told + more)
