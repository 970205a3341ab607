"""A small library of its own (tests/model/data) that tests spoil one line at a time, and a plain reference solver."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from unmoor.model import Model, check_model, evaluate, load_model

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Content:
    """A copy of the small library; `edit` replaces text that must stand there exactly once."""

    root: Path

    @property
    def tiny(self) -> Path:
        return self.root / "models" / "tiny.ant"

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))

    def problems(self, model: str = "tiny") -> list[str]:
        return [str(each) for each in check_model(self.root / "models" / f"{model}.ant")]

    def problem(self, model: str = "tiny") -> str:
        """The one problem; tests of a message want no other to hide it."""
        found = self.problems(model)
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def content(tmp_path: Path) -> Content:
    shutil.copytree(DATA, tmp_path / "content")
    return Content(tmp_path / "content")


@pytest.fixture(scope="session")
def tiny() -> Model:
    return load_model(DATA / "models" / "tiny.ant")


def _reference(
    model: Model, times: Sequence[float], names: Sequence[str], start: Mapping[str, float] | None = None
) -> np.ndarray:
    from scipy.integrate import solve_ivp

    values = {**model.constants}
    for name, expression in model.initial.items():
        values[name] = float(evaluate(expression, values))
    values |= start or {}
    fixed = {name: value for name, value in values.items() if name not in model.states}

    def known(time: float, states: np.ndarray) -> dict[str, float]:
        found = {**fixed, "time": time, **dict(zip(model.states, states, strict=True))}
        for name, expression in model.assignments.items():
            found[name] = float(evaluate(expression, found))
        return found

    def slope(time: float, states: np.ndarray) -> list[float]:
        found = known(time, states)
        return [float(evaluate(model.rates[name], found)) for name in model.states]

    begin = [values[name] for name in model.states]
    if not begin:
        return np.array([[known(time, np.array([]))[name] for name in names] for time in times])
    solved = solve_ivp(slope, (times[0], times[-1]), begin, t_eval=times, method="LSODA", rtol=1e-10, atol=1e-12)
    assert solved.success, solved.message
    at = [known(time, states) for time, states in zip(times, solved.y.T, strict=True)]
    return np.array([[each[name] for name in names] for each in at])


@pytest.fixture(scope="session")
def reference() -> Callable[..., np.ndarray]:
    """Curves (time, name) by scipy's LSODA on our own evaluation of a model's expressions, in internal units."""
    return _reference
