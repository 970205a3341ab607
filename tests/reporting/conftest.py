"""One small real run of the library's study, one small calibration: what the reports of these tests are made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unmoor.base.result import Result
from unmoor.calibration import Calibration, Sample, calibrate, load_plan
from unmoor.calibration.profile import Profile
from unmoor.calibration.run import predicted_ranges
from unmoor.calibration.sensitivity import Sensitivity
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
def oncology() -> Any:
    """A dose-finding study with responses, a graded toxicity and folds of three kinds of cell."""
    return load_study(Path(__file__).parents[1] / "trial" / "data" / "oncology.yaml")


@pytest.fixture(scope="session")
def oncology_result(oncology: Any) -> Result:
    return simulate(oncology, sample(oncology.population, n=60, seed=1))


@pytest.fixture(scope="session")
def oncology_rows(oncology: Any, oncology_result: Result) -> Any:
    return evaluate(oncology, oncology_result)


@pytest.fixture(scope="session")
def displays(oncology: Any, oncology_result: Result) -> Any:
    return oncology.displays(oncology_result)


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


PLAN = """title: Plerixafor in two stages
targets: {targets}
notes: ["Doses are of 10^6 ug as far as this test goes."]
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 24, every: 2}}
stages:
  - name: shape
    about: clearance and volume
    parameters:
      - {{symbol: plerixafor_renal_ratio, file: drugs/plerixafor.csv, start: 0.6, lower: 0.05, upper: 5, prior: 0.5,
         prior_error: 0.5, prior_source: assumed}}
      - {{symbol: plerixafor_typical_central_volume, start: 8, lower: 1, upper: 60}}
  - name: beside
    about: not fitted to
endpoints:
  - {{name: end, label: Concentration after 6 h, scenario: iv, statistic: at, output: plerixafor_concentration, time: 6,
     unit: ng/mL}}
"""
ROWS = """A1,shape,iv,area,plerixafor_concentration,24,0,150,ng h/mL,,,,,,0.1,1,hendrix2000,seen,a note
A2,shape,iv,at,plerixafor_concentration,0,,110,ng/mL,,,,,,0.1,1,hendrix2000,recalled,
A3,beside,iv,at,plerixafor_concentration,6,,40,ng/mL,,,,,,0.1,1,hendrix2000,seen,far off
"""


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """A calibration of three rows, with draws, one profile and one ranking that are made up around the real fit."""
    from unmoor.calibration.target import COLUMNS

    folder: Path = tmp_path_factory.mktemp("calibration")
    (folder / "rows.csv").write_text(",".join(COLUMNS) + "\n" + ROWS)
    (folder / "small.yaml").write_text(PLAN.format(targets=folder / "rows.csv"))
    plan = load_plan(folder / "small.yaml")
    fit = calibrate(plan)
    parameters = tuple(each.parameter for each in fit.estimates)
    steps = np.random.default_rng(1).standard_normal((200, 2)) @ np.array([[0.1, 0.08], [0.0, 0.06]])
    logarithms = np.log([each.value for each in fit.estimates]) + steps
    told = (np.array([1.004, 1.001]), np.array([870.0, 910.0]), np.array([31.0, 29.0]))
    sample = Sample(parameters, logarithms, *told, 0.42, 200, 512, 1024, 700.0)
    centre, grid = fit.estimates[0].value, np.linspace(-1, 1, 9)
    profiles = (Profile(parameters[0], centre * np.exp(grid), 5 * grid**2, 4 * grid**2 + 0.2 * grid),)
    numbers = (np.array([0.2, 0.7]), np.array([0.05, 0.06]), np.array([0.25, 0.8]), np.array([0.04, 0.07]))
    rankings = (Sensitivity(plan.endpoints[0], parameters, *numbers, (20.0, 30.0, 45.0), 1024),)
    ranges = predicted_ranges(fit, sample)
    return Calibration(plan, fit, sample, ranges, profiles, rankings, "unmoor calibrate small")
