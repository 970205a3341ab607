import numpy as np
import pytest

from unmoor.trial.endpoints.cells_collected import Options, measure


def test_all_sessions_and_the_first_two(bag, bag_result):
    everything = measure(Options(), bag, "")
    assert everything.values(bag_result, "drug")[:5] == pytest.approx([8.0, 5.6, 5.4, 5.12, 1.6])
    assert np.isnan(everything.values(bag_result, "drug")[5])
    assert measure(Options(within=2), bag, "").values(bag_result, "placebo")[:5] == pytest.approx(
        [8.0, 5.6, 3.6, 2.56, 0.8]
    )
    assert (everything.unit, everything.kind, everything.statistic) == ("10^6 cells/kg", "number", "median")
    assert measure(Options(statistic="mean"), bag, "").statistic == "mean"
