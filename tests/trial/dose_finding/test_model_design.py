from __future__ import annotations

import numpy as np

from unmoor.trial.designs.crm import Crm
from unmoor.trial.dose_finding import Likelihood, Logistic
from unmoor.trial.dose_finding.trials import of_history

SKELETON = (0.05, 0.12, 0.25, 0.4)


def test_the_interval_holds_the_estimate() -> None:
    design = Crm(skeleton=SKELETON, target=0.25)
    fit = design.fit(of_history(design.read("1NNN 2NNT"), 4))
    assert (fit.lower < fit.rates).all()
    assert (fit.rates < fit.upper).all()
    assert (np.diff(fit.rates) > 0).all()


def test_the_normal_approximation_is_near_the_exact_chance() -> None:
    design = Crm(skeleton=SKELETON, target=0.25, curve=Logistic(3.0))
    trials = of_history(design.read("1NNN 2NNT 2NNN 3NTT 3NNT"), 4)
    exact, normal = (design.exceeding(trials, 0.35, normal) for normal in (False, True))
    assert np.abs(exact - normal).max() < 0.06


def test_prose_follows_the_choices() -> None:
    plain = Crm(skeleton=SKELETON, target=0.25).prose()
    other = Crm(skeleton=SKELETON, target=0.25, curve=Logistic(3.0), inference=Likelihood(), skip=True).prose()
    assert "empiric" in plain
    assert "not skipped" in plain
    assert "logistic (intercept 3)" in other
    assert "not skipped" not in other
    assert "climbs one level a cohort" in other


def test_only_a_level_that_was_given_is_recommended() -> None:
    tried, free = (Crm(skeleton=SKELETON, target=0.25, tried_only=each) for each in (True, False))
    assert tried.recommend("1NNNNNN") == 1
    assert free.recommend("1NNNNNN") == 4
    assert tried.recommend("") is None
