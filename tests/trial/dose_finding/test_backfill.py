from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.crm import Crm
from unmoor.trial.designs.tite_boin import TiteBoin
from unmoor.trial.dose_finding import from_patients, from_rates, run_trials
from unmoor.trial.dose_finding.backfill import Backfill, run_with_backfill
from unmoor.trial.dose_finding.trials import of_history

RATES = (0.05, 0.15, 0.3, 0.5)


def test_the_highest_open_level_is_filled() -> None:
    design = Boin(target=0.3, doses=4)
    for text, level in (
        ("1NNN 2NNN 3NNN", 2),
        ("1NNN 2NTT 3NNN", 1),
        ("1NNN 2NNNNNN 3NNN", 1),
        ("1TTT 2NNN 3NNN", 0),
        ("1NNN", 0),
    ):
        known = of_history(design.read(text), 4)
        assert Backfill(6).level(design, known, known.current) == [level], text


def test_by_hand_without_dlts() -> None:
    """Three patients a window, no DLT. Level 1 enters at 0, 1/3, 2/3, known at 1 2/3; nothing is open below it, so the
    fourth patient waits. Level 2 enters then; the patients who come in its windows fill level 1.
    """
    truth = from_patients(np.zeros((1, 2)), trials=1, patients=12)
    truth = type(truth)(truth.dlt_time, truth.who, np.full((1, 12), 1 / 3), truth.rates)
    outcome = run_with_backfill(Boin(target=0.3, doses=2, n=12), truth, Backfill(5))
    assert outcome.given[0].tolist() == [1, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 2]
    assert outcome.n.tolist() == [[5, 7]]


DESIGNS = [Boin(target=0.3, doses=4, n=36), Crm(target=0.3, skeleton=(0.08, 0.17, 0.3, 0.45), n=36)]


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: type(design).__name__)
def test_more_patients_are_treated_in_the_same_time(design) -> None:
    truth = from_rates(RATES, 300, 36, seed=8, per_window=4.0)
    plain, filled = run_trials(design, truth), run_with_backfill(design, truth, Backfill(9))
    rate = [one.n.sum() / one.duration.sum() for one in (plain, filled)]
    assert rate[1] > 1.2 * rate[0]
    assert (filled.n.sum(axis=1) <= 36).all()
    assert (filled.n[:, 0] >= 3).all()
    assert (filled.given[:, :3] == 1).all()


def test_without_room_it_is_the_plain_design() -> None:
    design = Boin(target=0.3, doses=4, n=18)
    truth = from_rates(RATES, 200, 18, seed=8, per_window=4.0)
    plain, filled = run_trials(design, truth), run_with_backfill(design, truth, Backfill(1))
    assert (plain.given == filled.given).all()
    assert (plain.selected == filled.selected).all()
    assert np.allclose(plain.duration, filled.duration, atol=1e-6)


def test_what_cannot_be_backfilled_is_refused() -> None:
    truth = from_rates(RATES, 2, 30, per_window=4.0)
    with pytest.raises(Unsupported, match="TiteBoin with backfill"):
        run_with_backfill(TiteBoin(target=0.3, doses=4), truth, Backfill(6))
    with pytest.raises(BadInput, match="arrives at once"):
        run_with_backfill(Boin(target=0.3, doses=4), from_rates(RATES, 2, 30), Backfill(6))
    with pytest.raises(BadInput, match="patients a level is 0"):
        Backfill(0)
    assert "at most the target" in Backfill(6).prose()
