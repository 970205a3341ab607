from __future__ import annotations

import numpy as np
import pytest

from unmoor.trial.dose_finding.curves import Empiric, Logistic

SKELETON = (0.05, 0.2, 0.6)


@pytest.mark.parametrize("curve", [Empiric(), Logistic(3.0), Logistic(0.0)])
def test_a_curve_passes_through_the_skeleton_and_knows_its_derivative(curve) -> None:
    slopes = np.array([-1.0, 0.0, 0.7])
    rates = curve.rates(slopes, SKELETON)
    assert rates[1] == pytest.approx(SKELETON)
    log_p, log_q = curve.log_rates(slopes, SKELETON)
    assert np.exp(log_p) + np.exp(log_q) == pytest.approx(np.ones((3, 3)))
    numeric = (curve.log_rates(slopes + 1e-6, SKELETON)[0] - curve.log_rates(slopes - 1e-6, SKELETON)[0]) / 2e-6
    assert curve.growth(slopes, SKELETON) == pytest.approx(numeric, abs=1e-6)
    assert (np.diff(rates, axis=1) > 0).all()
    assert (curve.falls(SKELETON) == (np.diff(rates, axis=0) < 0).all(axis=0)).all()


@pytest.mark.parametrize("curve", [Empiric(), Logistic(3.0)])
def test_the_slope_at_a_rate_gives_the_rate(curve) -> None:
    slopes = curve.slope_at(0.3, SKELETON)
    assert np.diag(curve.rates(slopes, SKELETON)) == pytest.approx([0.3] * 3)
    assert np.isnan(Logistic(-3.0).slope_at(0.01, SKELETON)).all()


def test_extreme_slopes_stay_finite() -> None:
    for curve in (Empiric(), Logistic(3.0)):
        assert np.isfinite(curve.log_rates(np.array([-40.0, 6.0]), SKELETON)).all()
