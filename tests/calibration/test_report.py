"""The page of a calibration: every row and parameter is on it, and what was written by hand stays."""

from __future__ import annotations

import pytest

from unmoor.calibration.estimate import Estimate, Fit, Outcome, StageFit
from unmoor.calibration.plan import load_plan
from unmoor.calibration.report import MARK, page, summary
from unmoor.calibration.target import read_targets


@pytest.fixture(scope="module")
def fit() -> Fit:
    """A fit with made-up predictions: every row is missed by a tenth."""
    plan = load_plan("mobilisation-first")
    rows = read_targets(plan.targets, plan)
    stages = []
    for stage in plan.stages:
        outcomes = tuple(Outcome(row, row.typical * 1.1) for row in rows if row.stage == stage.name)
        stages.append(StageFit(stage, tuple(Estimate(each, 1.5, 0.25) for each in stage.parameters), outcomes, 1.0))
    return Fit(plan, tuple(stages))


def test_every_row_and_parameter_is_on_the_page(fit: Fit) -> None:
    text = page(fit)
    for stage in fit.stages:
        assert f"## Stage {stage.stage.name}" in text
        assert all(f"| {each.target.id} |" in text for each in stage.outcomes)
        assert all(each.parameter.symbol in text for each in stage.estimates)
    assert "recalled; " in text
    assert MARK not in text


def test_residuals_are_logarithms_over_errors(fit: Fit) -> None:
    outcome = fit.stages[0].outcomes[0]
    assert outcome.residual == pytest.approx(0.0953 / outcome.target.error, rel=1e-3)
    assert f"{outcome.residual:+.2f}" in summary(fit)


def test_what_was_written_by_hand_stays(fit: Fit) -> None:
    before = f"old tables\n\n{MARK}\n\n## Predictions\n\nkept\n"
    text = page(fit, before)
    assert text.endswith(f"{MARK}\n\n## Predictions\n\nkept\n")
    assert "old tables" not in text
    assert page(fit, text) == text


def test_tables_are_rectangular(fit: Fit) -> None:
    widths = [line.count("|") for line in page(fit).splitlines() if line.startswith("|")]
    assert set(widths) == {6, 10}
