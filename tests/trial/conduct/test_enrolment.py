import numpy as np
import pytest
from scipy.stats import kstest

from unmoor.base.errors import BadInput
from unmoor.trial.conduct import arrivals


def test_a_constant_rate_is_a_poisson_process():
    gaps = np.diff([np.concatenate([[0], arrivals(100, 0.2, seed=3, trial=k)]) for k in range(60)], axis=1)
    assert kstest(gaps.ravel(), "expon", args=(0, 5)).pvalue > 0.001


def test_a_patient_arrives_the_same_whatever_n_and_trials_differ():
    np.testing.assert_array_equal(arrivals(50, 0.3, seed=1)[:10], arrivals(10, 0.3, seed=1))
    assert not np.isclose(arrivals(10, 0.3, seed=1), arrivals(10, 0.3, seed=1, trial=1)).any()


def test_rates_that_change_by_hand():
    # 1 a day for 10 days, none for 5, then 2 a day
    steps = [(0, 1.0), (10, 0.0), (15, 2.0)]
    found = arrivals(14, steps, seed=1, regular=True)
    np.testing.assert_allclose(found, [*range(1, 11), 15.5, 16, 16.5, 17])
    counts = np.array([(arrivals(200, steps, seed=1, trial=k) <= 20).sum() for k in range(300)])
    assert abs(counts.mean() - 20) < 4 * np.sqrt(20 / 300)  # 10 + 0 + 5 x 2 expected
    assert counts.var() == pytest.approx(20, rel=0.35)


@pytest.mark.parametrize(
    ("n", "rate", "says"),
    [(0, 1.0, "0 patients"), (3, -1.0, "cannot come"), (3, 0.0, "cannot come"), (3, [(1, 1.0)], "follow"),
     (3, [(0, 1.0), (5, 0.0)], "cannot come"), (3, [(0, 1.0), (0, 2.0)], "follow"), (3, [], "follow")],
)  # fmt: skip
def test_impossible_input(n, rate, says):
    with pytest.raises(BadInput, match=says):
        arrivals(n, rate, seed=1)
