from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.endpoints.half_life import Options, measure

WINDOW = {"output": "count", "from": "day 2 at 00:00", "to": "day 4 at 00:00"}


def test_an_exponential_has_its_half_life(bag, bag_result):
    times = bag_result.curves["time"]
    falling = 100 * 2.0 ** (-times / 6.5) + 0 * bag_result.curves["count"]
    result = replace(bag_result, curves=bag_result.curves.assign(count=falling))
    found = measure(Options(**WINDOW), bag, "")
    np.testing.assert_allclose(found.values(result, "drug"), [6.5] * 5 + [np.nan], rtol=1e-5)
    assert (found.unit, found.moments) == ("h", (24.0, 72.0))


def test_what_rises_or_is_zero_has_none(bag, bag_result):
    assert np.isnan(measure(Options(**WINDOW), bag, "").values(bag_result, "drug")).all()
    nothing = replace(bag_result, curves=bag_result.curves.assign(count=0 * bag_result.curves["count"]))
    assert np.isnan(measure(Options(**WINDOW), bag, "").values(nothing, "drug")).all()


def test_an_empty_window_is_refused(bag):
    with pytest.raises(BadInput, match="is empty"):
        measure(Options(**{**WINDOW, "to": "day 2 at 00:00"}), bag, "")
