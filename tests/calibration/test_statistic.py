"""Statistics of curves against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.calibration.statistic import STATISTICS, Curve

NONE = float("nan")
GRID = np.linspace(0, 48, 4801)


def biexponential(dose: float = 1.0) -> Curve:
    """Two compartments after an intravenous bolus: alpha 2 and beta 0.2 per h."""
    return Curve(GRID, (0.7 * np.exp(-2 * GRID) + 0.3 * np.exp(-0.2 * GRID))[None, :], dose)


def value(name: str, curve: Curve, time: float = NONE, start: float = NONE) -> float:
    """One statistic of one curve."""
    return float(STATISTICS[name](curve, time, start)[0])


def test_half_lives_of_both_exponentials() -> None:
    assert value("late_half_life", biexponential(), 24, 12) == pytest.approx(np.log(2) / 0.2, rel=1e-6)
    assert value("early_half_life", biexponential(), 1, 0.3) == pytest.approx(np.log(2) / 2, rel=1e-4)


def test_area_and_steady_volume() -> None:
    area = 0.7 / 2 + 0.3 / 0.2
    moment = 0.7 / 2**2 + 0.3 / 0.2**2
    assert value("area", biexponential(), 48, 0) == pytest.approx(area, rel=1e-3)
    assert value("steady_volume", biexponential(3.0), 48, 0) == pytest.approx(3 * moment / area**2, rel=2e-3)


def test_value_and_fold_stand_at_grid_points_only() -> None:
    curve = Curve(np.array([0.0, 1, 2]), np.array([[2.0, 4, 8]]))
    assert value("at", curve, 2) == 8
    assert value("fold", curve, 2, 1) == 2
    with pytest.raises(BadInput, match=r"1\.5 h is not on the grid"):
        value("at", curve, 1.5)


def test_a_peak_between_grid_points_is_found_exactly_for_a_parabola() -> None:
    times = np.array([0.0, 1, 2.5, 3, 5])
    curve = Curve(times, (10 - (times - 2.2) ** 2)[None, :])
    assert value("peak", curve) == pytest.approx(10)
    assert value("peak_time", curve) == pytest.approx(2.2)
    assert value("peak_time", curve, start=1.0) == pytest.approx(1.2)


def test_a_peak_at_the_edge_is_the_edge() -> None:
    curve = Curve(np.array([0.0, 1, 2, 3]), np.array([[1.0, 2, 3, 4]]))
    assert value("peak_time", curve) == pytest.approx(3)
    assert value("peak", curve) == pytest.approx(4)


def test_mean_over_peak_of_a_triangle_is_a_half() -> None:
    times = np.linspace(0, 4, 401)
    curve = Curve(times, np.minimum(times, 4 - times)[None, :])
    assert value("mean_over_peak", curve, 4, 0) == pytest.approx(0.5, rel=1e-3)


def session() -> Curve:
    """Count falls from 10 to 6 while 12 litres are processed and 60 cells reach the bag; 50 cells were in blood."""
    times = np.array([0.0, 4.0])
    return Curve(
        times, np.array([[10.0, 6.0]]), product=np.array([[0.0, 60.0]]), processed=np.array([[1.0, 13.0]]),
        blood=np.array([[50.0, 30.0]]),
    )  # fmt: skip


def test_collection_efficiencies() -> None:
    assert value("ce2", session(), 4, 0) == pytest.approx(60 / (12 * 10))
    assert value("ce1", session(), 4, 0) == pytest.approx(60 / (12 * 8))
    assert value("recruitment", session(), 4, 0) == pytest.approx(60 / 50)


def test_a_collection_without_a_session_is_refused() -> None:
    with pytest.raises(BadInput, match="needs an apheresis session"):
        value("ce2", biexponential(), 24, 12)
