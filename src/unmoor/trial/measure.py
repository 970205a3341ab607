"""What an endpoint file provides, and how it is found: `endpoints/<type>.py` with `Options` and `measure`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from unmoor.base.errors import unknown
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.summaries import Statistic

Kind = Literal["proportion", "number", "incidence", "time", "association"]


class EndpointOptions(BaseModel):
    """Base of every endpoint's options: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Measure:
    """An endpoint ready to be read off a result.

    `values(result, arm)` has shape (patient,) in `unit`, NaN for a failed patient or one who has no such value:
    0 or 1 for kind "proportion". Other kinds have shape (patient, 2): "incidence" the session and 0 censored, 1 reached
    or 2 stopped before; "time" the time and 0 censored or 1 the event; "association" the two quantities whose ranks are
    correlated. `moments` (h) join the study's time grid; `statistic` is that over patients of kind "number";
    `negative_at` the P value at which a trial calls an association negative.
    """

    kind: Kind
    unit: str
    values: Callable[[Result, str], NDArray[np.float64]]
    statistic: Statistic = "median"
    moments: tuple[float, ...] = ()
    sessions: int = 0
    negative_at: float | None = None


def endpoint_types() -> list[str]:
    """Names of the endpoint types: one for each file in the folder `endpoints`."""
    package = importlib.import_module("unmoor.trial.endpoints")
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_"))


def endpoint_module(name: str, *, where: str = "") -> ModuleType:
    """The module of an endpoint type.

    Raises UnknownName with the nearest type.
    """
    types = endpoint_types()
    if name not in types:
        raise unknown("endpoint type", name, types, where=where)
    return importlib.import_module(f"unmoor.trial.endpoints.{name}")


def integrated(result: Result | StoredResult, arm: str) -> NDArray[np.bool_]:
    """Which patients of an arm were integrated to the end, shape (patient,)."""
    return np.asarray(result.status.sel(arm=arm).values == 0)


def session_values(result: Result, arm: str, name: str) -> NDArray[np.float64]:
    """A session quantity of an arm, shape (patient, session)."""
    chosen: Any = result.sessions[name].sel(arm=arm).transpose("patient", "session")
    return np.asarray(chosen.values, dtype=float)
