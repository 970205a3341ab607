"""A small trial of plans on simulated truth: chances agree with what happens, and beat the published rules."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.planning.reliability import brier
from unmoor.planning.truth import Trial, compared, trial


@pytest.fixture(scope="module")
def small() -> Trial:
    """Sixteen patients."""
    return trial(16, patients=300)


def test_every_question_has_a_chance_and_an_outcome_for_everyone(small: Trial) -> None:
    assert set(small.stated) == set(small.happened)
    assert {len(each) for each in (*small.stated.values(), *small.happened.values())} == {16 - small.refused}


def test_chances_agree_with_what_happens(small: Trial) -> None:
    stated, happened = (np.concatenate(list(table.values())) for table in (small.stated, small.happened))
    # questions of one patient are dependent: ten of them count as one
    error = 4 * np.sqrt(np.sum(stated * (1 - stated)) * 10) / len(stated)
    assert abs(stated.mean() - happened.mean()) < error
    assert brier(stated, happened) < brier(np.full(len(happened), happened.mean()), happened)


def test_the_comparison_holds_the_plan_and_every_rule(small: Trial) -> None:
    methods = {method for _, method, _, _ in compared(small)}
    assert {"plan", "day 4 < 15", "day 4 <= 8", "regression", "regression, residual fitted"} <= methods


def test_counts_are_measured_with_error(small: Trial) -> None:
    worse = trial(16, patients=200, count_cv=60.0)
    n = min(len(small.counts["day 4"]), len(worse.counts["day 4"]))
    assert not np.allclose(small.counts["day 4"][:n], worse.counts["day 4"][:n])
