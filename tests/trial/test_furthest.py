"""The parameter named beside a failure is the one that is furthest from the model's own value."""

from __future__ import annotations

import numpy as np

from unmoor.model import load_model
from unmoor.trial.furthest import furthest

MODEL = load_model("plerixafor_pk")
GIVEN = (*MODEL.constants, "start of something")
TYPICAL = [*MODEL.constants.values(), 5.0]
FIRST, SECOND = [name for name, value in MODEL.constants.items() if value != 0.0 and name not in MODEL.switches][:2]


def of(**factors: float) -> np.ndarray:
    return np.array([value * factors.get(name, 1.0) for name, value in zip(GIVEN, TYPICAL, strict=True)])


def test_the_largest_log_ratio_counts_upwards_and_downwards():
    rows = np.array([of(**{FIRST: 2.0}), of(**{FIRST: 3.0, SECOND: 0.25}), of(), of(**{GIVEN[-1]: 9.0})])
    names, ratio = furthest(MODEL, GIVEN, rows)
    assert names == [FIRST, SECOND, "", ""]
    np.testing.assert_allclose(ratio, [2.0, 0.25, 1.0, 1.0], rtol=1e-14)


def test_a_wrong_sign_or_no_number_is_further_than_any_ratio():
    rows = np.array([of(**{FIRST: 1e9, SECOND: bad}) for bad in (-1.0, np.nan, 0.0)])
    names, ratio = furthest(MODEL, GIVEN, rows)
    assert names == [SECOND] * 3
    np.testing.assert_array_equal(np.isnan(ratio), [False, True, False])


def test_a_course_without_constants_names_none():
    names, ratio = furthest(MODEL, (), np.zeros((2, 0)))
    assert names == ["", ""]
    assert ratio.tolist() == [1.0, 1.0]
