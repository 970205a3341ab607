import numpy as np
import pytest
from scipy import stats

from unmoor.trial.block_draws import trials_by_block


def test_a_trial_is_drawn_from_one_block_and_nobody_twice():
    blocks = np.arange(60) // 20
    alive = np.ones(60, dtype=bool)
    alive[3] = False
    drawn = trials_by_block(1, "a", blocks, alive, 10, trials=100)
    assert drawn.shape == (100, 10)
    assert (blocks[drawn] == blocks[drawn][:, :1]).all()
    assert all(np.unique(row).size == 10 for row in drawn)
    assert not (drawn == 3).any()
    assert np.bincount(blocks[drawn[:, 0]]).tolist() == [33, 33, 34]
    np.testing.assert_array_equal(drawn, trials_by_block(1, "a", blocks, alive, 10, trials=100))
    assert not np.array_equal(drawn, trials_by_block(2, "a", blocks, alive, 10, trials=100))
    many = trials_by_block(1, "a", blocks, alive, 50, trials=10)  # more than a block has: some stand twice
    assert (blocks[many] == blocks[many][:, :1]).all()
    assert trials_by_block(1, "a", blocks, ~np.ones(60, dtype=bool), 10).shape == (0, 10)


def test_trials_of_known_numbers_hold_both_kinds_of_doubt():
    """Patients N(m, 1), m N(0, 1/2) between 100 blocks: the mean of 16 has variance 1/16 + 1/4."""
    rng = np.random.default_rng(5)
    centres = stats.norm.ppf((np.arange(100) + 0.5) / 100) / 2
    values = (rng.normal(size=(100, 400)) + centres[:, None]).ravel()
    blocks = np.arange(40_000) // 400
    drawn = trials_by_block(3, "a", blocks, np.ones(40_000, dtype=bool), 16)
    low, high = np.quantile(values[drawn].mean(axis=1), [0.05, 0.95])
    assert (high - low) / 2 == pytest.approx(1.645 * np.sqrt(1 / 16 + 1 / 4), rel=0.08)
