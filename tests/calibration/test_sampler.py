"""The sampler: posteriors known in closed form come back, spreads too, and the same numbers come out twice."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.plan import load_plan
from unmoor.calibration.sampler import Free, Sample, sample_posterior, walk
from unmoor.calibration.target import COLUMNS

CENTRE = np.array([1.0, -2.0, 0.5])
COVARIANCE = np.array([[1.0, 0.7, 0.0], [0.7, 1.0, -0.2], [0.0, -0.2, 0.3]])
WALKERS = 32

PLAN = """title: One over a volume, and how much it differs
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 1, every: 1}}
stages:
  - name: middle
    about: the volume
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 8, lower: 0.1, upper: 1000, prior: 12, prior_error: 0.3}}
  - name: spread
    about: its CV
    people: 200
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 20, lower: 1, upper: 300}}
"""
# at a bolus the concentration is dose over volume: rows are linear in the logarithm
ROWS = (("middle", "100", "ug/L", "0.2", ""), ("middle", "125", "ug/L", "0.25", ""), ("spread", "40", "%", "0.1", "25"))


def gaussian(points: np.ndarray) -> np.ndarray:
    """Logarithm of a density known in closed form."""
    return stats.multivariate_normal(CENTRE, COVARIANCE).logpdf(points)


def test_a_gaussian_comes_back_from_a_wrong_start() -> None:
    found = walk(gaussian, CENTRE + 1.5, 0.2 * np.eye(3), seed=1, walkers=WALKERS)
    draws = found.flat
    assert draws.mean(axis=0) == pytest.approx(CENTRE, abs=0.1)
    assert np.cov(draws.T) == pytest.approx(COVARIANCE, abs=0.12)
    assert 0.1 < found.accepted < 0.9


def test_a_bent_valley_comes_back() -> None:
    def bent(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        return -0.5 * (x**2 + ((y - x**2) / 0.5) ** 2)

    draws = walk(bent, np.zeros(2), np.eye(2), seed=2, walkers=WALKERS).flat
    assert draws[:, 0].std() == pytest.approx(1, abs=0.1)
    assert draws[:, 1].mean() == pytest.approx(1, abs=0.15)
    assert np.mean(draws[:, 1] - draws[:, 0] ** 2) == pytest.approx(0, abs=0.05)


def test_a_density_that_ends_keeps_walkers_inside() -> None:
    def half(points: np.ndarray) -> np.ndarray:
        return np.where(points[:, 0] > 0, -(points[:, 0] ** 2) / 2, -np.inf)

    draws = walk(half, np.array([0.4]), np.eye(1), seed=3, walkers=WALKERS).flat[:, 0]
    assert draws.min() > 0
    assert draws.mean() == pytest.approx(math.sqrt(2 / math.pi), abs=0.06)


def test_free_coordinates_and_back() -> None:
    free = Free(np.array([-1.0, 0.0]), np.array([2.0, 5.0]))
    points = np.array([[-0.5, 4.9], [1.9, 0.01]])
    assert free.back(free.out(points)) == pytest.approx(points)
    far = free.back(np.array([[900.0, -900.0]]))
    assert np.all((far > free.low) & (far < free.high))
    step = 1e-6
    slope = (free.back(free.out(points) + step) - free.back(free.out(points) - step)) / (2 * step)
    assert free.slope(free.out(points)) == pytest.approx(slope, rel=1e-4)


@cache
def fitted(folder: Path) -> Fit:
    """The fit of the plan to its rows."""
    table, file = folder / "rows.csv", folder / "known.yaml"
    with table.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        for k, (stage, value, unit, error, n) in enumerate(ROWS):
            writer.writerow(
                {
                    "id": f"A{k}", "stage": stage, "scenario": "iv", "statistic": "at", "time": "0", "value": value,
                    "output": "plerixafor_concentration", "unit": unit, "error": error, "n": n, "source": "hendrix2000",
                    "provenance": "seen",
                }
            )  # fmt: skip
    file.write_text(PLAN.format(targets=table))
    return calibrate(load_plan(file))


@pytest.fixture(scope="module")
def fit(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return fitted(tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def sample(fit: Fit) -> Sample:
    return sample_posterior(fit, draws=300, walkers=WALKERS, candidates=8)


def test_the_posterior_of_a_linear_problem_is_the_known_one(sample: Sample) -> None:
    # 1 mg over the volume at 70 kg, in ug/L
    known = [(math.log(1e3 / 100), 0.2), (math.log(1e3 / 125), 0.25), (math.log(12), 0.3)]
    weights = [1 / error**2 for _, error in known]
    mean = sum(weight * value for weight, (value, _) in zip(weights, known, strict=True)) / sum(weights)
    error = 1 / math.sqrt(sum(weights))
    draws = sample.logarithms[:, 0]
    assert draws.mean() == pytest.approx(mean, abs=0.25 * error)
    assert draws.std() == pytest.approx(error, rel=0.15)
    assert stats.kstest(np.unique(draws), stats.norm(mean, error).cdf).pvalue > 1e-4
    assert float(np.nanmax(sample.rhat)) < 1.05
    assert float(np.nanmin(sample.size)) > 300


def test_the_spread_is_that_of_its_row(sample: Sample) -> None:
    # a CV of 40% known to 0.1 between studies and 1 / sqrt(2 x 25) by sampling; flat prior on the logarithm
    error = math.hypot(0.1, 1 / math.sqrt(50))
    assert sample.logarithms[:, 1].mean() == pytest.approx(math.log(40), abs=0.08)
    assert sample.logarithms[:, 1].std() == pytest.approx(error, rel=0.2)
    assert 300 < sample.weighed < 2400
    assert np.isnan(sample.rhat[1])


def test_the_same_numbers_come_out_twice(fit: Fit) -> None:
    first, again = (sample_posterior(fit, draws=20, walkers=16, candidates=4, seed=4) for _ in range(2))
    assert np.array_equal(first.logarithms, again.logarithms)
    other = sample_posterior(fit, draws=20, walkers=16, candidates=4, seed=5)
    assert not np.array_equal(first.logarithms, other.logarithms)


def test_the_columns_say_which_number_they_hold(sample: Sample) -> None:
    posterior = sample.posterior("known")
    assert [each.heading for each in posterior.columns] == [
        ":plerixafor_typical_central_volume", ":plerixafor_typical_central_volume:spread",
    ]  # fmt: skip
    assert np.array_equal(posterior.values, np.exp(sample.logarithms))


def test_spreads_alone_have_no_values_to_walk(fit: Fit) -> None:
    with pytest.raises(BadInput, match="fitted to typical people"):
        sample_posterior(Fit(fit.plan, fit.stages[1:]))
