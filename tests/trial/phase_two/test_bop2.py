from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.bop2 import bop2


def test_reference_cases(vectors) -> None:
    for case in vectors("phase2/bop2_exact.json")["cases"]:
        ours = bop2(case["phi0"], case["phi1"], case["looks"], case["alpha_max"])
        assert list(ours.futile) == case["stop_if_responses_le"]
        assert (ours.scale, ours.exponent) == pytest.approx((case["lambda"], case["gamma"]))
        assert (ours.alpha, ours.power) == pytest.approx((case["type1"], case["power"]), abs=1e-12)
        assert (ours.n_null, ours.n_alternative) == pytest.approx((case["EN_h0"], case["EN_h1"]), abs=1e-10)


def test_a_stricter_error_costs_power_and_is_kept() -> None:
    loose, strict = (bop2(0.2, 0.4, (10, 20, 30), alpha) for alpha in (0.1, 0.03))
    assert strict.alpha <= 0.03 < loose.alpha <= 0.1
    assert strict.power < loose.power
    assert "stop for futility" in strict.prose()


@pytest.mark.parametrize(
    ("null", "alternative", "looks", "alpha", "match"),
    [(0.4, 0.2, (10,), 0.1, "not above"), (0.2, 0.4, (10, 5), 0.1, "looks"), (0.2, 0.4, (3,), 1e-6, "no cutoff")],
)
def test_what_cannot_be_met_is_refused(null, alternative, looks, alpha, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        bop2(null, alternative, looks, alpha)
