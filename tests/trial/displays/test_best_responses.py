import numpy as np
import pytest

from unmoor.trial.displays.best_responses import BestResponses

ORDER = ("CR", "PR", "NR")
BEST = np.array(["CR", "PR", "PR", "NR", ""])


def test_shares_are_of_those_who_count():
    found = BestResponses.of("drug", ORDER, BEST, np.arange(5))
    assert [each.value for each in found.shares] == pytest.approx([0.25, 0.5, 0.25])
    assert [each.n for each in found.shares] == [4, 4, 4]
    assert found.predicted == ()


def test_the_range_is_that_of_the_trials():
    chosen = np.array([[0, 1], [0, 0], [1, 2], [3, 4]])  # the last trial has one patient who counts
    found = BestResponses.of("drug", ORDER, BEST, np.arange(5), chosen)
    shares = {"CR": [0.5, 1, 0, 0], "PR": [0.5, 0, 1, 0], "NR": [0, 0, 0, 1]}
    for word, span in zip(ORDER, found.predicted, strict=True):
        assert span == pytest.approx(np.quantile(shares[word], [0.05, 0.95]))
    assert found.size == 2
