from __future__ import annotations

import numpy as np

from unmoor.trial.designs.rolling_six import RollingSix
from unmoor.trial.designs.tite_boin import TiteBoin
from unmoor.trial.designs.tite_crm import TiteCrm
from unmoor.trial.dose_finding import from_patients, from_rates, run_trials
from unmoor.trial.dose_finding.history import History, Patient
from unmoor.trial.dose_finding.open_windows import known_by


def test_what_is_known_at_a_moment() -> None:
    design = TiteBoin(target=0.3, doses=2)
    given, entry = np.array([[1, 1, 2, 0]]), np.array([[0.0, 0.5, 1.2, np.inf]])
    time = np.array([[np.inf, 0.25, 0.9, np.inf]])
    trials = known_by(design, given, entry, time, np.array([1.5]))
    assert (trials.n.tolist(), trials.dlt.tolist()) == ([[2, 1]], [[1, 0]])
    assert trials.pending.tolist() == [[0, 1]]
    assert np.allclose(trials.followed, [[0, 0.3]])
    assert (trials.current[0], trials.last_n[0], trials.last_dlt[0]) == (2, 3, 1)


def test_rolling_six_by_hand() -> None:
    """No DLT, a patient every quarter of a window: six enter level 1, and the first three windows are over when the
    fifth comes, but not those of all who entered; the trial escalates only when all six are clear, at 1.25 + 1.
    """
    truth = from_patients(np.zeros((1, 2)), trials=1, patients=12)
    truth = type(truth)(truth.dlt_time, truth.who, np.full((1, 12), 0.25), truth.rates)
    outcome = run_trials(RollingSix(doses=2), truth)
    assert outcome.given[0].tolist() == [1] * 6 + [2] * 6
    assert abs(outcome.duration[0] - (2.25 + 1.25 + 1.0)) < 1e-6


def test_every_entry_is_what_the_rule_says_then() -> None:
    """Each patient's level is that of `next` on the history known at its entry, rebuilt here patient by patient."""
    design = TiteCrm(skeleton=(0.1, 0.25, 0.4), target=0.25, n=10)
    truth = from_rates((0.2, 0.4, 0.6), 5, 10, seed=6, per_window=3.0)
    outcome = run_trials(design, truth)
    for trial in range(5):
        entries = np.concatenate([[0.0], np.cumsum(truth.gaps[trial, :-1])])
        for number in range(1, 10):
            cohorts = []
            for past in range(number):
                level = int(outcome.given[trial, past])
                time = float(truth.time_at(np.array([trial]), np.array([past]), np.array([level]))[0])
                share = min(entries[number] - entries[past], 1.0)
                cohorts.append((Patient(level, time <= share, share if time > share else 1.0),))
            decision = design.next(History(tuple(cohorts)))
            assert decision.level == outcome.given[trial, number]


def test_pending_designs_finish_sooner() -> None:
    truth = from_rates((0.1, 0.25, 0.4), 300, 18, seed=2, per_window=4.0)
    slow, fast = (run_trials(kind(target=0.25, doses=3, n=18), truth) for kind in (_boin(), TiteBoin))
    assert fast.duration.mean() < 0.8 * slow.duration.mean()


def _boin():
    from unmoor.trial.designs.boin import Boin

    return Boin
