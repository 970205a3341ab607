from __future__ import annotations

import pytest

from unmoor.trial.designs.crm import Crm
from unmoor.trial.designs.tite_crm import TiteCrm
from unmoor.trial.dose_finding import Empiric, Logistic
from unmoor.trial.dose_finding.history import History, Patient
from unmoor.trial.dose_finding.trials import of_history

CASES = [("titecrm_linear", Empiric(), False), ("titecrm_adaptive", Empiric(), True),
         ("titecrm_linear_logistic", Logistic(3.0), False)]  # fmt: skip


@pytest.mark.parametrize(("name", "curve", "adaptive"), CASES, ids=[case[0] for case in CASES])
def test_reference(vectors, name: str, curve, adaptive: bool) -> None:
    file = vectors("phase1/dfcrm.json")
    case = file["titecrm_linear"] | file[name]
    shares = [min(days / case["obswin"], 1.0) for days in case["followup"]]
    patients = zip(case["level"], case["tox"], shares, strict=True)
    trials = of_history(History(tuple((Patient(level, bool(dlt), share),) for level, dlt, share in patients)), 6)
    design = TiteCrm(skeleton=case["prior"], target=case["target"], curve=curve, adaptive=adaptive)
    fit = design.fit(trials)
    assert fit.estimate == pytest.approx(case["estimate"], abs=1e-10)
    assert fit.variance == pytest.approx(case["post_var"], abs=1e-10)
    assert fit.rates[0] == pytest.approx(case["ptox"], abs=1e-10)
    assert design.nearest(trials) == [case["mtd"]]
    if adaptive:
        pending = [
            w for w, share, dlt in zip(case["weights"], shares, case["tox"], strict=True) if share < 1 and not dlt
        ]
        assert design.weights(trials) == pytest.approx(pending, abs=1e-12)


def test_without_pending_patients_it_is_crm() -> None:
    both = [kind(skeleton=(0.05, 0.1, 0.25, 0.4), target=0.25, cohort=1) for kind in (TiteCrm, Crm)]
    for history in ("1N", "1N 2N 3T", "1N 2N 3T 2N 2N"):
        assert len({design.next(history).level for design in both}) == 1


def test_a_pending_patient_counts_for_less_than_a_finished_one() -> None:
    design = TiteCrm(skeleton=(0.05, 0.1, 0.25, 0.4), target=0.25)
    estimates = [design.fit(of_history(History.of(f"1T 2N {end}"), 4)).estimate[0] for end in ("3P0", "3P0.5", "3N")]
    assert estimates == sorted(estimates)
    assert estimates[0] == pytest.approx(design.fit(of_history(History.of("1T 2N"), 4)).estimate[0], abs=1e-12)
