import numpy as np

from unmoor.trial.endpoints.sessions_needed import Options, measure


def test_sessions_until_the_end_and_until_a_target(bag, bag_result):
    np.testing.assert_array_equal(measure(Options(), bag, "").values(bag_result, "drug"), [1, 2, 3, 4, 4, np.nan])
    five = measure(Options(target="5 10^6 cells/kg"), bag, "").values(bag_result, "drug")
    np.testing.assert_array_equal(five, [1, 2, 3, 4, np.nan, np.nan])
    two = measure(Options(target="2 10^6 cells/kg"), bag, "").values(bag_result, "drug")
    np.testing.assert_array_equal(two, [1, 1, 2, 2, np.nan, np.nan])
