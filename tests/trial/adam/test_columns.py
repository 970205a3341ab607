import numpy as np

from unmoor.trial.adam.columns import LABELS, code, codes, day


def test_codes_are_short_and_each_its_own():
    assert code("plerixafor_concentration") == "PLERIXAF"
    assert code("5 in 4") == "X5IN4"
    found = codes(["plerixafor_concentration", "plerixafor_occupancy", "cd34"])
    assert list(found.values()) == ["PLERIXAF", "PLERIXA2", "CD34"]


def test_study_days_have_no_zero():
    np.testing.assert_array_equal(day(np.array([-30.0, -1, 0, 23.9, 24])), [-2, -1, 1, 1, 2])


def test_labels_fit_a_transport_file():
    assert all(len(name) <= 8 and len(label) <= 40 for name, label in LABELS.items())
