from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.history import History, cohort_text


def test_outcomes_are_read() -> None:
    history = History.of("1NNN 2ntP0.4 12P")
    flat = [(one.level, one.dlt, one.observed) for one in history.patients()]
    assert flat[3:] == [(2, False, 1.0), (2, True, 1.0), (2, False, 0.4), (12, False, 0.0)]
    assert [len(cohort) for cohort in history.cohorts] == [3, 3, 1]
    assert [one.pending for one in history.patients()] == [False] * 5 + [True, True]
    assert len(History.of("")) == 0


def test_combinations_are_numbered_along_the_second_agent() -> None:
    assert [one.level for one in History.of("1.1N 2.3T", columns=4).patients()] == [1, 7]


def test_a_cohort_is_added() -> None:
    assert History.of("1NNN").then(2, 1, 3) == History.of("1NNN 2TNN")
    assert cohort_text("2.1", 1, 3) == "2.1NNT"


@pytest.mark.parametrize("text", ["NNN", "1", "1NNX", "1NN2", "-1N", "1N P", "1NP1.5", "1.2N", "1.N"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="outcomes"):
        History.of(text)


@pytest.mark.parametrize("text", ["1NN", "1.5N", "0.1N", "1.0N"])
def test_combinations_outside_the_grid_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="combination"):
        History.of(text, columns=4)
