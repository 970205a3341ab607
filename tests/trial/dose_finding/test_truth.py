from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.truth import from_patients, from_rates


def times(truth, trials: int, entries: int) -> np.ndarray:
    levels = truth.dlt_time.shape[1]
    grid = np.meshgrid(np.arange(trials), np.arange(entries), np.arange(1, levels + 1), indexing="ij")
    return truth.time_at(*grid)


def test_rates_and_one_tolerance_a_patient() -> None:
    found = times(from_rates([0.1, 0.3, 0.3, 0.6], 4000, 5, seed=2), 4000, 5) <= 1
    assert found.mean(axis=(0, 1)) == pytest.approx([0.1, 0.3, 0.3, 0.6], abs=0.02)
    assert (np.diff(found.astype(int), axis=2) >= 0).all()


def test_more_trials_and_larger_ones_keep_those_there_are() -> None:
    small, large = (
        from_rates([0.2, 0.4], 5, 3, seed=4, per_window=2),
        from_rates([0.2, 0.4], 9, 8, seed=4, per_window=2),
    )
    assert (times(small, 5, 3) == times(large, 5, 3)).all()
    assert (small.gaps == large.gaps[:5, :3]).all()
    assert small.gaps.mean() > 0
    assert large.gaps.mean() == pytest.approx(0.5, abs=0.2)


def test_virtual_patients_are_drawn_and_keep_their_outcomes() -> None:
    dlt = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 1], [0, 0, 0]])
    when = np.where(dlt == 1, 0.25, np.nan)
    truth = from_patients(dlt, when, trials=500, patients=4, seed=1)
    assert truth.rates == (0.25, 0.5, 0.75)
    found = times(truth, 500, 4)
    assert set(np.unique(found)) == {0.25, np.inf}
    assert (found <= 1).mean(axis=(0, 1)) == pytest.approx(truth.rates, abs=0.05)
    rows = {tuple(row) for row in (found <= 1).reshape(-1, 3).astype(int).tolist()}
    assert rows == {tuple(row) for row in dlt.tolist()}


@pytest.mark.parametrize(
    ("dlt", "when", "match"),
    [
        ([0, 1], None, "shape"),
        ([[0, 2]], None, "neither 0 nor 1"),
        ([[0, float("nan")]], None, "neither 0 nor 1"),
        ([["N", "T"]], None, "neither 0 nor 1"),
        ([[0, 1]], [[0.5]], "times of shape"),
        ([[0, 1]], [[0.5, 1.5]], "outside the DLT window"),
        ([[0, 1]], [[0.5, float("nan")]], "outside the DLT window"),
    ],
)
def test_virtual_patients_that_cannot_be_are_refused(dlt, when, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        from_patients(dlt, when, trials=2, patients=2)


@pytest.mark.parametrize(
    ("rates", "kw", "match"), [([0.1, 1.2], {}, "outside 0 to 1"), ([0.1], {"per_window": 0.0}, "arrive")]
)
def test_rates_that_cannot_be_are_refused(rates, kw, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        from_rates(rates, 2, 2, **kw)
