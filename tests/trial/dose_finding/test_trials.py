from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.trials import of_histories, of_history, picked, same_counts, too_toxic_table, untouched


def test_a_history_is_counted() -> None:
    trials = of_history(History.of("1NNN 3NTP0.25 2NT"), 4)
    assert trials.n.tolist() == [[3, 2, 3, 0]]
    assert trials.dlt.tolist() == [[0, 1, 1, 0]]
    assert trials.pending.tolist() == [[0, 0, 1, 0]]
    assert trials.followed.tolist() == [[0, 0, 0.25, 0]]
    assert (trials.current[0], trials.last_n[0], trials.last_dlt[0], trials.tried[0], trials.total[0]) == (
        2,
        2,
        1,
        3,
        8,
    )
    assert trials.waiting is not None
    assert (trials.waiting.level.tolist(), trials.waiting.share.tolist()) == ([2], [0.25])
    with pytest.raises(BadInput, match="levels are 1 to 2"):
        of_history(History.of("3N"), 2)


def test_values_at_one_level_a_trial() -> None:
    trials = untouched(3, 4)
    values = np.arange(12).reshape(3, 4)
    assert trials.at(values, np.array([1, 4, 0])).tolist() == [0, 7, 8]


def test_equal_counts_are_found() -> None:
    rng = np.random.default_rng(1)
    trials = untouched(200, 30)
    trials.n[:] = rng.integers(0, 40, (200, 30))
    trials.dlt[100:] = 5
    trials.n[50:100] = trials.n[:50]
    first, which = same_counts(trials)
    once = picked(trials, first)
    assert len(first) == 150
    assert (once.n[which] == trials.n).all()
    assert (once.dlt[which] == trials.dlt).all()


def test_too_toxic_is_a_beta_tail() -> None:
    table = too_toxic_table(12, 0.3, 0.95, 3)
    assert not table[:3].any()
    for n in range(3, 13):
        for dlt in range(n + 1):
            assert table[n, dlt] == (beta.sf(0.3, 1 + dlt, 1 + n - dlt) > 0.95)


def test_histories_stand_side_by_side() -> None:
    texts = ["1NNP0.5", "1NNT", "2P0.1P0.2"]
    both = of_histories([History.of(text) for text in texts], 2)
    assert both.n.tolist() == [[3, 0], [3, 0], [0, 2]]
    assert both.waiting is not None
    assert both.waiting.trial.tolist() == [0, 2, 2]
    assert both.waiting.share.tolist() == [0.5, 0.1, 0.2]
    assert of_histories([History.of("1N"), History.of("1T")], 2).waiting is None
