"""One small real run of the library's study: what the reports of these tests are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.base.result import Result
from unmoor.population import sample
from unmoor.trial import evaluate, load_study, simulate


@pytest.fixture(scope="session")
def study() -> Any:
    return load_study("dipersio-2009-nhl")


@pytest.fixture(scope="session")
def result(study: Any) -> Result:
    return simulate(study, sample(study.population, n=60, seed=3))


@pytest.fixture(scope="session")
def rows(study: Any, result: Result) -> Any:
    return evaluate(study, result)


@pytest.fixture(scope="session")
def broken(study: Any, result: Result) -> Result:
    """The same run in which two patients of the first arm had failed."""
    import pandas as pd

    status = result.status.copy(deep=True)
    curves = result.curves.copy(deep=True)
    for position in (4, 7):
        status[0, position] = 2
        for name in curves.data_vars:
            curves[name][0, position, :] = float("nan")
    reasons = [("no step was small enough", 101.25, "cd34_cells_blood"), ("a value was not finite", 30.0, "anc")]
    failed = pd.DataFrame(
        [(result.arms[0], at, 2, *reason) for at, reason in zip((4, 7), reasons, strict=True)],
        columns=["arm", "patient", "status", "reason", "time", "state"],
    )
    return replace(result, status=status, curves=curves, failed=failed)
