import itertools

import numpy as np

from unmoor.trial.survival.cox_exact import exact_likelihood
from unmoor.trial.survival.risk_sets import RiskSets


def test_against_all_subsets():
    random = np.random.default_rng(8)
    stop, event = random.integers(1, 4, 9).astype(float), random.random(9) < 0.7
    x = random.normal(size=(9, 2))
    sets = RiskSets(np.full(9, -np.inf), stop, event, x, np.zeros(9, dtype=int), np.ones(9))
    beta = np.array([0.3, -0.7])
    expected = 0.0
    for t in np.unique(stop[event]):
        at_risk, dead = np.flatnonzero(stop >= t), np.flatnonzero((stop == t) & event)
        all_ways = [np.exp(sum(x[k] @ beta for k in some)) for some in itertools.combinations(at_risk, len(dead))]
        expected += x[dead].sum(axis=0) @ beta - np.log(sum(all_ways))
    value, score, information = exact_likelihood(sets, beta)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    step = 1e-6
    for k in range(2):
        shift = step * np.eye(2)[k]
        up, down = exact_likelihood(sets, beta + shift), exact_likelihood(sets, beta - shift)
        np.testing.assert_allclose(score[k], (up[0] - down[0]) / (2 * step), rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(-information[k], (up[1] - down[1]) / (2 * step), rtol=1e-5, atol=1e-7)
