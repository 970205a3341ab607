from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.curves import Empiric, Logistic
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.inference import Bayes, Likelihood, both_seen
from unmoor.trial.dose_finding.trials import of_history

SKELETON = (0.1, 0.2, 0.4)


def log_likelihood(curve, slope: float) -> float:
    (log_p,), (log_q,) = curve.log_rates(np.array([slope]), SKELETON)
    return float(log_p @ [0, 1, 2] + log_q @ [3, 2, 1])


@pytest.mark.parametrize("curve", [Empiric(), Logistic(3.0)])
def test_likelihood_is_at_its_top_with_the_observed_information(curve) -> None:
    trials = of_history(History.of("1NNN 2NNT 3NTT"), 3)
    (slope,), (variance,) = Likelihood().fit(curve, SKELETON, trials)
    top = log_likelihood(curve, slope)
    assert all(log_likelihood(curve, slope + step) < top for step in (-1e-4, 1e-4))
    bend = (log_likelihood(curve, slope + 1e-3) - 2 * top + log_likelihood(curve, slope - 1e-3)) / 1e-6
    assert variance == pytest.approx(-1 / bend, rel=1e-4)


def test_likelihood_needs_both_outcomes() -> None:
    assert np.isnan(Likelihood().fit(Empiric(), SKELETON, of_history(History.of("1NNN"), 3))[0]).all()
    assert [bool(both_seen(of_history(History.of(text), 3))[0]) for text in ("1NNN", "1TTT", "1NNT")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("inference", [Bayes(), Likelihood()])
def test_exceeding_falls_with_the_rate_and_rises_with_the_dose(inference) -> None:
    trials = of_history(History.of("1NNN 2NNT 3NTT"), 3)
    chances = np.array([inference.exceeding(Empiric(), SKELETON, trials, rate, None)[0] for rate in (0.1, 0.3, 0.6)])
    assert (np.diff(chances, axis=0) < 0).all()
    assert (np.diff(chances, axis=1) > 0).all()


def test_a_prior_has_a_spread() -> None:
    for sd in (0.0, -1.0, float("nan")):
        with pytest.raises(BadInput, match="standard deviation"):
            Bayes(sd)
