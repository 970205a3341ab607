"""Importance weights against a posterior in closed form, the effective sample, and what happens when it is small."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from unmoor.planning.condition import Weighted, condition, effective, normalised

DIMENSIONS = 6
SLOPES = np.array([[0.9, 0.3, 0.0, -0.2, 0.0, 0.1], [0.2, 0.8, 0.5, 0.0, 0.0, 0.0]])


def conjugate(
    measured: NDArray[np.float64], sd: NDArray[np.float64], n: int = 2000, wanted: float = 500, seed: int = 3
) -> tuple[Weighted, NDArray[np.float64], NDArray[np.float64]]:
    """A linear model with normal scores and errors, conditioned; and the exact posterior mean and covariance."""

    def evaluate(scores: NDArray[np.float64], step: int) -> tuple[NDArray[np.float64], Any]:
        error = (scores @ SLOPES.T - measured) / sd
        return -0.5 * np.sum(error**2, axis=1), step

    precision = np.eye(DIMENSIONS) + SLOPES.T @ np.diag(sd**-2.0) @ SLOPES
    covariance = np.linalg.inv(precision)
    mean = covariance @ SLOPES.T @ (measured / sd**2)
    return condition(evaluate, DIMENSIONS, n, seed, wanted=wanted), mean, covariance


@pytest.mark.parametrize(
    ("measured", "sd"),
    [((0.4, -0.3), (0.5, 0.5)), ((2.0, 1.5), (0.15, 0.15)), ((4.0, -2.5), (0.1, 0.2))],
    ids=["ordinary", "precise", "far in the tail"],
)
def test_the_weighted_patients_have_the_posterior_in_closed_form(
    measured: tuple[float, float], sd: tuple[float, float]
) -> None:
    found, mean, covariance = conjugate(np.array(measured), np.array(sd))
    weighted = found.weights @ found.scores
    error = 5 * np.sqrt(np.diag(covariance) / found.ess)
    assert np.all(np.abs(weighted - mean) < error)
    centred = found.scores - weighted
    spread = (centred.T * found.weights) @ centred
    assert np.all(np.abs(spread - covariance) < 5 * np.sqrt(2 / found.ess))


def test_a_patient_in_the_tail_gets_more_proposals_until_the_sample_is_large_enough() -> None:
    found, _, _ = conjugate(np.array([4.0, -2.5]), np.array([0.1, 0.2]))
    assert found.steps[0] < 20
    assert found.ess >= 500
    assert len(found.steps) > 1
    assert found.tried > 2000


def test_an_easy_patient_is_drawn_from_the_population_only() -> None:
    found, _, _ = conjugate(np.array([0.4, -0.3]), np.array([0.7, 0.7]))
    assert found.steps == (found.ess,)
    assert found.tried == 2000


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, second, other = (conjugate(np.array([2.0, 1.5]), np.array([0.2, 0.2]), seed=k)[0] for k in (3, 3, 4))
    assert np.array_equal(first.weights, second.weights)
    assert not np.array_equal(first.weights, other.weights)


def test_nobody_like_the_patient_is_an_effective_sample_of_none() -> None:
    found = condition(lambda scores, step: (np.full(len(scores), -np.inf), None), 2, 300, 1, wanted=100)
    assert found.ess == 0
    assert not found.weights.any()


def test_the_effective_sample_of_equal_weights_is_their_number() -> None:
    assert effective(np.full(40, 1 / 40)) == pytest.approx(40)
    assert effective(normalised(np.array([0.0, -np.inf, -np.inf]))) == pytest.approx(1)


def test_weights_add_to_one_whatever_the_scale_of_the_likelihood() -> None:
    assert normalised(np.array([-5000.0, -5001.0])).sum() == pytest.approx(1)
