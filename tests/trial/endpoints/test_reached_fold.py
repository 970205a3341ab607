import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial import load_study, simulate
from unmoor.trial.endpoints.reached_fold import Options, measure

DAYS = {"from": "day 1 at 00:00", "to": "day 2 at 00:00"}


def test_a_count_of_ten_doubles_in_a_day_and_one_of_fifteen_does_not(write_study, some_people):
    more = "\n  - {name: fold, type: reached_fold, label: x, output: count, fold: 2, from: day 1 at 00:00, "
    study = load_study(write_study(("\npub", more + "to: day 2 at 00:00}\npub")))
    people = some_people(study, [1.0] * 4, first_count=[10.0, 12.0, 15.0, 0.0])
    found = study.measure(study.endpoint("fold"))
    np.testing.assert_array_equal(found.values(simulate(study, people), "drug"), [1.0, 1.0, 0.0, np.nan])
    assert (found.kind, found.moments) == ("proportion", (0.0, 24.0))


def test_a_failed_patient_has_none_and_an_empty_window_is_refused(bag, bag_result):
    found = measure(Options(output="count", fold=1.5, **DAYS), bag, "")
    np.testing.assert_array_equal(found.values(bag_result, "drug"), [1.0] * 5 + [np.nan])
    with pytest.raises(BadInput, match="is empty"):
        measure(Options(output="count", fold=2, **{**DAYS, "to": "day 1 at 00:00"}), bag, "")
    with pytest.raises(ValueError, match="greater than 0"):
        Options(output="count", fold=0, **DAYS)
