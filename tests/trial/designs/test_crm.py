from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from unmoor.base.errors import BadInput
from unmoor.trial.designs.crm import Crm
from unmoor.trial.dose_finding import (
    Bayes,
    Empiric,
    EnoughAtDose,
    Likelihood,
    Logistic,
    ModelTooToxic,
    enumerate_trials,
    pathways,
)
from unmoor.trial.dose_finding.history import History, Patient
from unmoor.trial.dose_finding.trials import of_history

SKELETON = (0.05, 0.1, 0.25, 0.4, 0.6)


def history_of(case: dict) -> History:
    return History(tuple((Patient(level, bool(dlt)),) for level, dlt in zip(case["level"], case["tox"], strict=True)))


@pytest.mark.parametrize(("name", "curve"), [("empiric", Empiric()), ("logistic", Logistic(3.0))])
def test_reference_bayes(vectors, name: str, curve) -> None:
    case = vectors("phase1/dfcrm.json")[f"crm_bayes_{name}"]
    design = Crm(skeleton=case["prior"], target=case["target"], curve=curve, inference=Bayes(case["prior_sd"]))
    trials = of_history(history_of(case), 6)
    fit = design.fit(trials)
    for ours, theirs in ((fit.estimate, "estimate"), (fit.variance, "post_var"), (fit.rates[0], "ptox"),
                         (fit.lower[0], "ptoxL"), (fit.upper[0], "ptoxU")):  # fmt: skip
        assert ours == pytest.approx(case[theirs], abs=1e-9)
    assert design.nearest(trials) == [case["mtd"]]


@pytest.mark.parametrize(("name", "curve"), [("empiric", Empiric()), ("logistic", Logistic(3.0))])
def test_reference_likelihood(vectors, name: str, curve) -> None:
    """The reference's optimiser stops 1.5e-5 from the maximum."""
    case = vectors("phase1/dfcrm.json")[f"crm_mle_{name}"]
    design = Crm(skeleton=case["prior"], target=case["target"], curve=curve, inference=Likelihood())
    trials = of_history(history_of(case), 6)
    fit = design.fit(trials)
    assert fit.estimate == pytest.approx(case["estimate"], abs=2e-5)
    assert fit.rates[0] == pytest.approx(case["ptox"], abs=1e-5)
    assert design.nearest(trials) == [case["mtd"]]


@pytest.mark.parametrize(("name", "curve"), [("empiric", Empiric()), ("logistic", Logistic(3.0))])
def test_what_the_reference_calls_the_variance_of_a_likelihood(vectors, name: str, curve) -> None:
    """Not one over the information: the second moment under a normal prior of deviation 500, less the squared estimate.

    The reference integrates the moment from -100 to 100, what it is divided by from -10 to 10, both by QUADPACK, which
    misses the flat shoulder of the logistic likelihood: the exact moment is 0.0535, not 0.0475.
    """
    case = vectors("phase1/dfcrm.json")[f"crm_mle_{name}"]
    level, dlt = np.array(case["level"]) - 1, np.array(case["tox"], dtype=bool)

    def log_likelihood(slope: float) -> float:
        log_p, log_q = (each[0][level] for each in curve.log_rates(np.array([slope]), case["prior"]))
        return float(np.where(dlt, log_p, log_q).sum())

    def moment(power: int, reach: int) -> float:
        def integrand(slope: float) -> float:
            return slope**power * np.exp(log_likelihood(slope) - slope**2 / 2 / 500**2)

        return quad(integrand, -reach, reach, epsabs=0, epsrel=np.finfo(float).eps ** 0.25)[0]

    options = {"xatol": 1e-4}
    stopped = minimize_scalar(lambda x: -log_likelihood(x), bounds=(-10, 10), method="bounded", options=options).x
    assert stopped == pytest.approx(case["estimate"], abs=1e-8)
    assert moment(2, 100) / moment(0, 10) - stopped**2 == pytest.approx(case["post_var"], abs=1e-7)
    trials = of_history(history_of(case), 6)
    ours = Crm(skeleton=case["prior"], target=case["target"], curve=curve, inference=Likelihood()).fit(trials).variance
    bend = [log_likelihood(stopped + side) for side in (-1e-3, 0, 1e-3)]
    assert ours == pytest.approx(-1e-6 / (bend[0] - 2 * bend[1] + bend[2]), rel=1e-3)
    assert abs(ours[0] - case["post_var"]) > 0.004


def test_reference_random_histories(vectors) -> None:
    for case in vectors("phase1/dfcrm.json")["crm_random"]:
        design = Crm(skeleton=case["prior"], target=case["target"], cohort=1)
        trials = of_history(history_of(case), 5)
        fit = design.fit(trials)
        assert fit.estimate == pytest.approx(case["estimate"], abs=1e-10)
        assert fit.variance == pytest.approx(case["post_var"], abs=1e-10)
        assert fit.rates[0] == pytest.approx(case["ptox"], abs=1e-10)
        assert design.nearest(trials) == [case["mtd"]]


def test_published_exact_dose_paths(vectors) -> None:
    file = vectors("phase1/crm_exact_dose_paths.json")
    for case in file["cases"]:
        enough = case["stop_when_n_at_recommended"]
        stops = (ModelTooToxic(0.35, 0.9, normal=True), *([EnoughAtDose(enough)] if enough else []))
        design = Crm(
            skeleton=file["design"]["skeleton"],
            target=0.25,
            n=12,
            skip=True,
            coherence=False,
            tried_only=False,
            stops=stops,
        )
        ours = enumerate_trials(design).operating(case["true_tox"]).selected
        assert ours == pytest.approx(case["published_prob_recommend_NoDose_1_5"], abs=5e-7)
        assert ours == pytest.approx(case["own_recursion"], abs=1e-13)
        tree = pathways(design, cohorts=4)
        assert (len(tree.steps), len(tree.ends())) == (case["nodes"], case["terminal_nodes"])


def test_untried_levels_are_not_skipped_unless_allowed() -> None:
    held, free = (Crm(skeleton=SKELETON, target=0.25, skip=skip) for skip in (False, True))
    assert held.next("1NNNNNNNNN").level == 2
    assert free.next("1NNNNNNNNN").level > 2


def test_escalation_never_follows_a_bad_cohort() -> None:
    held, free = (Crm(skeleton=SKELETON, target=0.25, n=60, coherence=each) for each in (True, False))
    history = "1NNN 2NNNNNNNNNNNNNNNNNNNN 2NNT"
    assert free.next(history).level == 3
    assert held.next(history).level == 2


def test_likelihood_climbs_until_both_outcomes_are_seen() -> None:
    design = Crm(skeleton=SKELETON, target=0.25, inference=Likelihood())
    assert [design.next(history).level for history in ("1NNN", "1NNN 2NNN")] == [2, 3]
    assert design.recommend("1TTT") is None
    assert "no estimate" in design.next("1NNN").reason


def test_the_model_rule_asks_a_model_for_its_exact_probability() -> None:
    exact = Crm(skeleton=SKELETON, target=0.25)
    trials = of_history(History.of("1NTT 1NTT"), 5)
    nodes = np.linspace(-12, 12, 48001)
    p = np.array(SKELETON[0]) ** np.exp(nodes)
    density = np.exp(-(nodes**2) / 2 / 1.34) * p**4 * (1 - p) ** 2
    assert exact.exceeding(trials, 0.35)[0, 0] == pytest.approx(density[p > 0.35].sum() / density.sum(), abs=1e-4)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"skeleton": (0.1, 0.3, 0.2)}, "comes after"),
        ({"skeleton": (0.0, 0.3)}, "lies between"),
        ({"skeleton": ()}, "empty"),
        ({"skeleton": 0.3}, "no list"),
        ({"target": 1.0}, "target"),
        ({"start": 6}, "starts at level 6"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        Crm(**({"skeleton": SKELETON, "target": 0.25} | change))
