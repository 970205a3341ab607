from __future__ import annotations

import numpy as np
import pytest

from unmoor.trial import reproduce
from unmoor.trial.escalation.by_draw import whole_trials_by_block

BLOCKS = np.arange(200) // 50


def test_a_trial_holds_the_patients_of_one_block(levels, levels_result) -> None:
    found = whole_trials_by_block(levels, levels_result, BLOCKS, 1, trials=100)
    assert [each.chosen.shape for each in found] == [(25, 20)] * 4
    for block, each in enumerate(found):
        run = each.escalation
        assert set(BLOCKS[run.who[run.given > 0]]) == {block}
        assert set(BLOCKS[each.once % 200]) == {block}
        # fifty patients are enough for twenty places, so nobody is in a trial twice
        assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in run.who)
    # the second block's trials are not the first's with other people
    one, two = ((each.escalation.who - 50 * block) for block, each in enumerate(found[:2]))
    assert not np.array_equal(one[:, :3], two[:, :3])


def test_a_published_value_of_the_whole_trial_is_reproduced(levels) -> None:
    row = reproduce(levels, None, draws=4, patients=40).iloc[0]
    assert (row["arm"], row["n"], row["published"]) == ("trial", 20, 0.75)
    assert row["lower"] < row["simulated"] < row["upper"]
    assert row["wide_lower"] <= row["lower"]
    assert row["upper"] <= row["wide_upper"]
    assert row["inside"] == (row["lower"] <= 0.75 <= row["upper"])
    assert row["simulated"] == pytest.approx(0.9, abs=0.15)
