from __future__ import annotations

import math

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.group_sequential import obrien_fleming
from unmoor.trial.phase_two.survival_size import hazard_ratio_at_looks, survival_size


def test_reference_size(vectors) -> None:
    case = vectors("phase2/group_sequential.json")["survival_ss"]
    ours = survival_size(case["hr"], case["median2"], case["accrual"], case["followup"])
    assert (ours.events, ours.patients) == pytest.approx((case["events"], case["n"]), abs=1e-8)


def test_the_chance_of_an_event_is_that_of_simulated_patients() -> None:
    rng = np.random.default_rng(5)
    times, entry = rng.exponential(10 / math.log(2), 200_000), rng.random(200_000) * 6
    assert survival_size(0.5, 10, 6, 3).control_event == pytest.approx((times <= 9 - entry).mean(), abs=0.004)


def test_looks_cost_events() -> None:
    plain, looked = (survival_size(0.6, 12, 12, 12, bounds=bounds) for bounds in (None, obrien_fleming(3)))
    assert looked.events / plain.events == pytest.approx(obrien_fleming(3).inflation(0.8), rel=1e-6)
    ratios = hazard_ratio_at_looks(obrien_fleming(3), looked.events)
    assert list(ratios) == sorted(ratios)
    assert ratios[-1] == pytest.approx(math.exp(-2 * obrien_fleming(3).critical[-1] / looked.events**0.5))


@pytest.mark.parametrize(
    ("change", "match"),
    [({"hazard_ratio": 1.0}, "hazard ratio"), ({"hazard_ratio": -2.0}, "hazard ratio"), ({"accrual": 0.0}, "accrual"),
     ({"follow_up": -1.0}, "follow_up"), ({"control_median": 0.0}, "control_median"), ({"power": 1.0}, "power")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(change: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        survival_size(**({"hazard_ratio": 0.6, "control_median": 12, "accrual": 12, "follow_up": 12} | change))
    with pytest.raises(BadInput, match="events"):
        hazard_ratio_at_looks(obrien_fleming(2), 0)
