from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.group_sequential import first_crossing, lan_demets, obrien_fleming, pocock


def test_reference_bounds(vectors) -> None:
    """Critical values to 1e-7, the printed accuracy of the reference's own search; error spent to 2e-8."""
    makers = {"OF": obrien_fleming, "P": pocock, "asOF": lan_demets,
              "asP": lambda looks, alpha: lan_demets(looks, alpha, like_pocock=True)}  # fmt: skip
    cases = [case for name, case in vectors("phase2/group_sequential.json").items() if name != "survival_ss"]
    assert len(cases) == 12
    for case in cases:
        ours = makers[case["type"]](case["information"], case["alpha"])
        assert ours.critical == pytest.approx(case["critical_values"], abs=1e-7)
        assert ours.levels == pytest.approx(case["stage_levels"], abs=2e-9)
        assert ours.spent == pytest.approx(case["alpha_spent"], abs=2e-8)


def test_published_constants() -> None:
    """Jennison and Turnbull 1999, tables 2.1 and 2.3, two-sided 0.05: five looks, C_P = 2.413 and C_B = 2.040."""
    assert pocock(5).critical[0] == pytest.approx(2.413, abs=5e-4)
    assert obrien_fleming(5).critical[-1] == pytest.approx(2.040, abs=5e-4)
    assert pocock(5).inflation(0.8) == pytest.approx(1.229, abs=5e-4)
    assert obrien_fleming(5).inflation(0.9) == pytest.approx(1.026, abs=5e-4)


@pytest.mark.parametrize("drift", [0.0, 2.5, -1.0])
def test_crossing_is_a_bivariate_normal_chance(drift: float) -> None:
    information, critical = (0.4, 1.0), (2.2, 2.0)
    means = drift * np.sqrt(information)
    below = multivariate_normal(means, [[1, np.sqrt(0.4)], [np.sqrt(0.4), 1]]).cdf(critical)
    first, second = first_crossing(information, critical, drift)
    assert first == pytest.approx(norm.sf(critical[0] - means[0]), abs=1e-12)
    assert first + second == pytest.approx(1 - below, abs=1e-6)


def test_one_look_is_the_plain_test() -> None:
    for bounds in (obrien_fleming(1), pocock(1), lan_demets(1)):
        assert bounds.critical == pytest.approx([norm.isf(0.025)], abs=1e-10)
        assert bounds.inflation() == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("looks", [0, (), (0.5, 0.9), (0.5, 0.4, 1.0), (0.0, 1.0), True])
def test_information_increases_to_one(looks) -> None:
    with pytest.raises(BadInput, match="group sequential bounds"):
        obrien_fleming(looks)
    with pytest.raises(BadInput, match="alpha"):
        pocock(2, 1.5)
