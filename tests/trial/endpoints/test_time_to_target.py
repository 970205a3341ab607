import numpy as np

from unmoor.trial import load_study, simulate
from unmoor.trial.endpoints.time_to_target import Options, measure

TARGET = Options(target="5 10^6 cells/kg")


def test_reached_in_a_session_or_censored_after_the_last(bag, bag_result):
    found = measure(TARGET, bag, "")
    expected = [[1, 1], [2, 1], [3, 1], [4, 1], [4, 0], [np.nan, np.nan]]
    np.testing.assert_array_equal(found.values(bag_result, "drug"), expected)
    assert (found.kind, found.sessions) == ("incidence", 4)


def test_who_stops_before_the_target_competes(write_study, some_people):
    rule = ("stop apheresis when collected >= 5 10^6 cells/kg", "stop apheresis when sessions >= 2")
    study = load_study(write_study(rule))
    result = simulate(study, some_people(study, [2.0, 0.1]))
    np.testing.assert_array_equal(measure(TARGET, study, "").values(result, "drug"), [[1, 1], [3, 2]])


def test_who_never_begins_competes_at_the_first_session(write_study, some_people):
    rule = ("before each plerixafor: skip unless apheresis follows within 24 h", "on day 2 at 00:00: withdraw")
    study = load_study(write_study(rule))
    result = simulate(study, some_people(study, [2.0]))
    np.testing.assert_array_equal(measure(TARGET, study, "").values(result, "drug"), [[1, 2]])
