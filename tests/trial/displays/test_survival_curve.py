import numpy as np

from unmoor.trial.displays.survival_curve import SurvivalCurve

NAN = float("nan")
VALUES = np.array([[2.0, 1], [4.0, 0], [6.0, 1], [8.0, 0], [NAN, NAN]])


def test_the_curve_falls_by_hand():
    curve = SurvivalCurve.of("drug", VALUES)
    np.testing.assert_allclose(curve.time, [2, 4, 6, 8])
    np.testing.assert_allclose(curve.survival, [3 / 4, 3 / 4, 3 / 8, 3 / 8])
    assert (curve.lower[:2] < 3 / 4).all()
    assert (curve.upper[:2] > 3 / 4).all()


def test_who_is_at_risk_and_who_is_censored():
    curve = SurvivalCurve.of("drug", VALUES)
    assert curve.at_risk([0, 2, 3, 8, 9]) == (4, 4, 3, 1, 0)
    assert curve.censored.tolist() == [4, 8]


def test_nobody_no_curve():
    assert SurvivalCurve.of("drug", np.full((3, 2), NAN)) is None
