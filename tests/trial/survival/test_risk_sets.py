import numpy as np
import pytest

from unmoor.trial.survival.risk_sets import RiskSets


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_residuals_add_up_to_the_score_and_the_score_is_the_slope(ties, weighted):
    random = np.random.default_rng(6)
    stop, event = random.integers(1, 6, 30).astype(float), random.random(30) < 0.7
    weight = random.uniform(0.2, 2, 30) if weighted else np.ones(30)
    sets = RiskSets(stop - 1 - random.random(30), stop, event, random.normal(size=(30, 2)), np.arange(30) % 2, weight)
    beta = np.array([0.4, -0.2])
    sums = sets.sums(beta, ties)
    score = (sums.covariates - sums.mean).sum(axis=0)
    np.testing.assert_allclose(sets.score_residuals(beta, ties).sum(axis=0), score, atol=1e-10)
    for k, shift in enumerate(1e-6 * np.eye(2)):
        slope = sets.sums(beta + shift, ties).log_likelihood - sets.sums(beta - shift, ties).log_likelihood
        assert slope / 2e-6 == pytest.approx(score[k], rel=1e-5, abs=1e-7)
