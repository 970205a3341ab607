import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.window import at_time, at_times, in_window, window


def test_a_window_has_a_beginning_before_its_end(bag):
    assert window(bag, "day 2 at 00:00", "day 3 at 00:00", bag.arms[0], "") == (24.0, 48.0)
    assert window(bag, None, None, bag.arms[0], "") == (0.0, 216.0)
    with pytest.raises(BadInput, match="is empty"):
        window(bag, "day 3 at 00:00", "day 2 at 00:00", bag.arms[0], "")


def test_a_curve_at_a_time_of_the_grid(bag_result):
    np.testing.assert_allclose(at_time(bag_result, "drug", "count", 31.5)[:5], 10 + 0.5 * 31.5)
    assert np.isnan(at_time(bag_result, "drug", "count", 31.5)[5])
    with pytest.raises(BadInput, match=r"no curves at 31.7 h"):
        at_time(bag_result, "drug", "count", 31.7)
    several = at_times(bag_result, "drug", "count", [31.5, 24.0])
    np.testing.assert_allclose(several[0], [10 + 0.5 * 31.5, 10 + 0.5 * 24])
    with pytest.raises(BadInput, match=r"no curves at 31.7 h"):
        at_times(bag_result, "drug", "count", [24.0, 31.7])


def test_a_window_holds_both_ends(bag_result):
    times, values = in_window(bag_result, "drug", "count", (24.0, 36.0))
    assert times.tolist() == [24.0, 30.0, 31.5, 36.0]
    np.testing.assert_allclose(values[0], 10 + 0.5 * times)
    assert values.dtype == float
