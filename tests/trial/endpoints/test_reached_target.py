import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.endpoints.reached_target import Options, measure


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(target="5 10^6 cells/kg"), [1, 1, 1, 1, 0]),
        (Options(target="5e6 cells/kg", within=2), [1, 1, 0, 0, 0]),
        (Options(target="1.5 10^6 cells/kg", within=1), [1, 1, 1, 0, 0]),
        (Options(target="100 10^6 cells/kg"), [0, 0, 0, 0, 0]),
    ],
)
def test_bags_of_2_8_5_6_5_4_5_1_and_1_6(bag, bag_result, options, expected):
    found = measure(options, bag, "").values(bag_result, "drug")
    assert found[:5].tolist() == expected
    assert np.isnan(found[5])


def test_exactly_the_target_counts(bag, bag_result):
    exact = float(bag_result.sessions["cumulative"].sel(arm="drug", patient=101)[0])
    assert measure(Options(target=f"{exact!r} 10^6 cells/kg", within=1), bag, "").values(bag_result, "drug")[1] == 1.0


def test_what_cannot_be_asked(bag):
    with pytest.raises(BadInput, match="session 5 is not planned"):
        measure(Options(target="5 10^6 cells/kg", within=5), bag, "")
    with pytest.raises(BadInput, match="has no unit"):
        measure(Options(target=5.0), bag, "")
