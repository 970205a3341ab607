"""Profiles: a parabola where the problem is linear, and the others fitted again where they can make up for it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.plan import load_plan
from unmoor.calibration.profile import joint, profile
from unmoor.calibration.target import COLUMNS

PLAN = """title: A volume, and two parts of a clearance that only their sum tells
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 200, every: 0.5}}
stages:
  - name: only
    about: three numbers from two rows and a prior
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 9, lower: 1, upper: 100}}
      - {{symbol: plerixafor_nonrenal_clearance, start: 2, lower: 0.01, upper: 50, prior: 2, prior_error: 1}}
      - {{symbol: plerixafor_renal_ratio, start: 0.5, lower: 0.005, upper: 5}}
"""
ROWS = """A1,only,iv,at,plerixafor_concentration,0,,100,ug/L,,,,,,0.2,1,hendrix2000,seen,
A2,only,iv,area,plerixafor_concentration,200,0,200,ng h/mL,,,,,,0.1,1,hendrix2000,seen,
"""


@pytest.fixture(scope="module")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    folder: Path = tmp_path_factory.mktemp("profile")
    (folder / "rows.csv").write_text(",".join(COLUMNS) + "\n" + ROWS)
    (folder / "sum.yaml").write_text(PLAN.format(targets=folder / "rows.csv"))
    return calibrate(load_plan(folder / "sum.yaml"))


def test_a_linear_problem_has_a_parabola(fit: Fit) -> None:
    (found,) = profile(fit, ["plerixafor_typical_central_volume"], points=2)
    steps = np.log(found.values / 10)  # 1 mg at 100 ug/L
    assert found.costs == pytest.approx(0.5 * (steps / 0.2) ** 2, abs=0.02)
    assert found.rows == pytest.approx(found.costs, abs=0.02)  # it has no prior
    assert abs(steps[0]) == pytest.approx(2.5 * 0.2, rel=0.02)


def test_a_value_that_another_makes_up_for_is_held_by_its_prior_alone(fit: Fit) -> None:
    (found,) = profile(fit, ["plerixafor_nonrenal_clearance"], points=2)
    lower = found.values < 2.2  # above, the other part of the clearance would have to be less than nothing
    assert found.rows[lower] == pytest.approx(0, abs=0.02)
    prior = 0.5 * np.log(found.values / 2) ** 2
    assert found.costs[lower] == pytest.approx(prior[lower], abs=0.03)


def test_all_typical_values_are_joined(fit: Fit) -> None:
    objective, first = joint(fit)
    assert objective.parameters[0].symbol == "plerixafor_typical_central_volume"
    assert math.exp(first[0]) == pytest.approx(10, rel=1e-3)
    with pytest.raises(BadInput, match="typical people"):
        joint(Fit(fit.plan, ()))


def test_a_name_that_was_not_fitted_is_refused(fit: Fit) -> None:
    with pytest.raises(BadInput, match="has no profile"):
        profile(fit, ["plerixafor_absorption_rate"])
