"""The summary for a terminal: every row and parameter, and how the posterior was reached."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.calibration.estimate import Estimate, Fit, Outcome, StageFit
from unmoor.calibration.plan import load_plan
from unmoor.calibration.run import Calibration
from unmoor.calibration.sampler import Sample
from unmoor.calibration.summary import summary
from unmoor.calibration.target import read_targets


@pytest.fixture(scope="module")
def whole() -> Calibration:
    """A calibration with made-up predictions: every row is missed by a tenth."""
    plan = load_plan("mobilisation-first")
    rows = read_targets(plan.targets, plan)
    stages = []
    for stage in plan.stages:
        outcomes = tuple(Outcome(row, row.typical * 1.1) for row in rows if row.stage == stage.name)
        stages.append(StageFit(stage, tuple(Estimate(each, 1.5, 0.25) for each in stage.parameters), outcomes, 1.0))
    fit = Fit(plan, tuple(stages))
    parameters = tuple(each.parameter for each in fit.estimates)
    told = [np.full(len(parameters), value) for value in (1.002, 812.0, 40.0)]
    logarithms = np.log(1.5) + np.linspace(-0.2, 0.2, 101)[:, None] * np.ones(len(parameters))
    sample = Sample(parameters, logarithms, *told, 0.31, 250, 512, 1024, 333.0)
    return Calibration(plan, fit, sample, {}, (), (), "unmoor calibrate mobilisation-first")


def test_every_row_and_parameter_is_there(whole: Calibration) -> None:
    text = summary(whole)
    for stage in whole.fit.stages:
        assert f"{stage.stage.name}: " in text
        assert all(f"  {each.target.id} " in text for each in stage.outcomes)
        assert all(each.parameter.symbol in text for each in stage.estimates)
    assert "CV of cd34_tether_cxcr4_tether" in text


def test_residuals_are_logarithms_over_errors(whole: Calibration) -> None:
    outcome = whole.fit.stages[0].outcomes[0]
    assert outcome.residual == pytest.approx(0.0953 / outcome.target.error, rel=1e-3)
    assert f"{outcome.residual:+.2f}" in summary(whole)


def test_the_posterior_is_told_with_its_intervals(whole: Calibration) -> None:
    text = summary(whole)
    assert "101 draws; 512 walkers, 250 steps" in text
    assert "largest R-hat 1.002, fewest effective draws 812" in text
    assert "333 effective of 1024 candidates" in text
    assert f"{1.5 * np.exp(-0.18):.3g} to {1.5 * np.exp(0.18):.3g}" in text
