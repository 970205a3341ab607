import numpy as np

from unmoor.trial.endpoints.time_of_peak import Options, measure


def test_hours_from_the_beginning_of_the_window(bag, bag_result):
    rising = measure(Options(**{"output": "count", "from": "day 2 at 00:00"}), bag, "")
    np.testing.assert_array_equal(rising.values(bag_result, "drug"), [192.0] * 5 + [np.nan])
    assert rising.unit == "h"


def test_a_drug_peaks_soon_after_its_dose(write_study, some_people):
    from unmoor.trial import load_study, simulate

    peak = "\n  - {name: tmax, type: time_of_peak, label: T, output: plerixafor_concentration, "
    peak += "from: first plerixafor, to: 20 h after first plerixafor}\npub"
    study = load_study(write_study(("\npub", peak), ("every: 6 h", "every: 15 min")))
    found = study.measure(study.endpoint("tmax")).values(simulate(study, some_people(study, [1.0])), "drug")
    assert 0.25 <= found[0] <= 1.5
    assert (found[0] * 4).is_integer()
