"""The objective: a linear problem whose optimum and covariance are known, priors, starts, bounds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.calibration.objective import Carried, Objective, covariance, minimise, positions
from unmoor.calibration.plan import Parameter, Plan, load_plan
from unmoor.calibration.target import COLUMNS, read_targets

PLAN = """title: A curve that is one over a volume
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 1, every: 1}}
stages:
  - name: only
    about: a volume
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 5, lower: 1, upper: 600}}
"""
VOLUME = Parameter(symbol="plerixafor_typical_central_volume", start=5, lower=1, upper=600, part="value")
ROWS = ("10000,0.1", "14000,0.2")  # at the bolus the concentration is dose over volume: exact, linear in logarithms


def objective(folder: Path, parameter: Parameter = VOLUME, carried: tuple[Carried, ...] = ()) -> Objective:
    """Two counts of one concentration, with errors."""
    plan = plan_of(folder)
    return Objective(plan, (parameter,), read_targets(plan.targets, plan), carried=carried)


def plan_of(folder: Path) -> Plan:
    """The plan with its rows."""
    table, file = folder / "rows.csv", folder / "known.yaml"
    lines = [",".join(COLUMNS)]
    for k, row in enumerate(ROWS):
        value, error = row.split(",")
        lines.append(f"A{k},only,iv,at,plerixafor_concentration,0,,{value},pg/mL,,,,,,{error},1,hendrix2000,seen,")
    table.write_text("\n".join(lines) + "\n")
    file.write_text(PLAN.format(targets=table))
    return load_plan(file)


def expected(*more: tuple[float, float]) -> tuple[float, float]:
    """Weighted mean and SD of the logarithm of the volume, with more (logarithm, error)."""
    known = [(math.log(1e6 / float(value)), float(error)) for value, error in (row.split(",") for row in ROWS)]
    points = [*known, *more]
    weights = [1 / error**2 for _, error in points]
    mean = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / sum(weights)
    return mean, 1 / math.sqrt(sum(weights))


@pytest.fixture
def scaled(tmp_path: Path) -> float:
    """The model's own factor between volume and one over concentration, for a typical weight."""
    one = objective(tmp_path)
    return float(np.log(one.predictions(np.array([[0.0]]))[0, 0] / 1e6))


def test_the_optimum_is_the_weighted_mean(tmp_path: Path, scaled: float) -> None:
    found = minimise(objective(tmp_path), starts=3)
    mean, error = expected()
    assert found.logarithms[0] - scaled == pytest.approx(mean, abs=1e-5)
    assert math.sqrt(found.covariance[0, 0]) == pytest.approx(error, rel=2e-3)
    assert (found.agreeing, len(found.costs)) == (3, 3)


def test_a_prior_is_one_more_row(tmp_path: Path, scaled: float) -> None:
    held = VOLUME.model_copy(update={"prior": 30.0, "prior_error": 0.15})
    found = minimise(objective(tmp_path, held))
    mean, error = expected((math.log(30) - scaled, 0.15))
    assert found.logarithms[0] - scaled == pytest.approx(mean, abs=1e-5)
    assert math.sqrt(found.covariance[0, 0]) == pytest.approx(error, rel=2e-3)


def test_what_an_earlier_stage_knows_replaces_the_prior(tmp_path: Path, scaled: float) -> None:
    held = VOLUME.model_copy(update={"prior": 2.0, "prior_error": 0.01})
    carried = Carried((0,), np.array([math.log(30)]), np.array([[0.15**2]]))
    found = minimise(objective(tmp_path, held, (carried,)))
    assert found.logarithms[0] - scaled == pytest.approx(expected((math.log(30) - scaled, 0.15))[0], abs=1e-5)


def test_carried_correlations_count() -> None:
    both = tuple(VOLUME.model_copy(update={"symbol": name}) for name in ("a", "b"))
    matrix = np.array([[0.04, 0.03], [0.03, 0.09]])
    carried = Carried((1, 0), np.array([0.5, -0.2]), matrix)
    points = np.array([[0.1, 0.4]])  # b is off by -0.1, a by 0.3
    found = Objective(load_plan("mobilisation-first"), both, (), carried=(carried,)).prior_residuals(points)
    off = np.array([0.4 - 0.5, 0.1 + 0.2])
    assert float((found**2).sum()) == pytest.approx(off @ np.linalg.solve(matrix, off))


def test_the_density_ends_at_the_bounds(tmp_path: Path) -> None:
    inside, below, above = np.log([[20.0], [0.5], [700.0]])
    found = objective(tmp_path).log_density(np.array([inside, below, above]))
    assert np.isfinite(found[0])
    assert list(found[1:]) == [-np.inf, -np.inf]
    squares = objective(tmp_path).residuals(np.array([inside])) ** 2
    assert found[0] == pytest.approx(-squares.sum() / 2, abs=1e-4)


def test_slopes_step_inwards_at_the_upper_bound(tmp_path: Path) -> None:
    one = objective(tmp_path)
    for point in (np.log([20.0]), one.bounds[1]):
        assert one.slopes(point)[:, 0] == pytest.approx([-1 / 0.1, -1 / 0.2], rel=1e-3)


def test_a_value_on_its_bound_has_no_covariance() -> None:
    jacobian = np.array([[2.0, 0.0], [0.0, 4.0]])
    found = covariance(jacobian, np.array([0.0, 1.0]), np.array([-1.0, 0.0]), np.array([1.0, 1.0]))
    assert found[0, 0] == pytest.approx(0.25)
    assert np.isnan([found[1, 1], found[0, 1]]).all()


def test_drawn_starts_are_the_same_every_time_and_lie_inside(tmp_path: Path) -> None:
    one = objective(tmp_path)
    first, again = (minimise(one, starts=3, seed=5) for _ in range(2))
    assert first.costs == again.costs
    assert first.logarithms == pytest.approx(again.logarithms, abs=0)


def test_a_start_where_nothing_can_be_computed_is_told(tmp_path: Path) -> None:
    odd = VOLUME.model_copy(update={"symbol": "plerixafor_absorption_rate", "start": 1e300, "upper": 1e305})
    iv = plan_of(tmp_path)
    plan = iv.model_copy(
        update={"scenarios": {"iv": iv.scenarios["iv"].model_copy(update={"doses": ("plerixafor 1 mg sc once",)})}}
    )
    with pytest.raises(UnmoorError):
        minimise(Objective(plan, (odd,), read_targets(plan.targets, plan)))


def test_positions_go_by_table_symbol_and_part() -> None:
    spread = VOLUME.model_copy(update={"part": "spread"})
    assert positions([spread], [VOLUME, spread]) == (1,)
