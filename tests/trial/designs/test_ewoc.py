from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import dblquad

from unmoor.base.errors import BadInput
from unmoor.trial.designs.ewoc import Ewoc
from unmoor.trial.dose_finding.trials import of_history

DOSES = (10.0, 20.0, 40.0)


def test_the_posterior_of_the_mtd_is_that_of_an_adaptive_quadrature() -> None:
    design = Ewoc(doses=DOSES, target=0.33, dose_limit=60.0)
    trials = of_history(design.read("1NNN 2NTN 3TT"), 3)

    def likelihood(rate: float, mtd: float) -> float:
        low, high = np.log(rate / (1 - rate)), np.log(0.33 / 0.67)
        p = 1 / (1 + np.exp(-(low + (high - low) * (np.array(DOSES) - 10) / (mtd - 10))))
        return float(np.prod(p ** trials.dlt[0] * (1 - p) ** (trials.n[0] - trials.dlt[0])))

    mass = [dblquad(likelihood, 10 + 1e-6, upper, 1e-10, 0.33, epsrel=1e-7)[0] for upper in (20.0, 40.0, 60.0)]
    assert design.overdosing(trials)[0] == pytest.approx([0.0, mass[0] / mass[2], mass[1] / mass[2]], abs=2e-4)


def test_before_data_the_prior_is_uniform_over_the_doses() -> None:
    design = Ewoc(doses=DOSES, target=0.33, dose_limit=60.0)
    assert design.overdosing(of_history(design.read(""), 3))[0] == pytest.approx([0, 0.2, 0.6], abs=1e-12)


def test_more_caution_never_gives_a_higher_level() -> None:
    bold = [
        Ewoc(doses=(10, 20, 30, 40), target=0.33, dose_limit=60, feasibility=chance, skip=True)
        for chance in (0.05, 0.1, 0.25, 0.5)
    ]
    levels = [design.next("1NNN 2NTN").level or 0 for design in bold]
    assert levels == sorted(levels)


def test_the_dose_limit_lies_above_the_doses() -> None:
    for limit in (30.0, 40.0, float("nan")):
        with pytest.raises(BadInput, match="not above the highest dose 40"):
            Ewoc(doses=DOSES, target=0.33, dose_limit=limit)
    with pytest.raises(BadInput, match="comes after"):
        Ewoc(doses=(20, 10), target=0.33, dose_limit=30)
