from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial import designs
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.crm import Crm
from unmoor.trial.designs.three_plus_three import ThreePlusThree
from unmoor.trial.dose_finding import enumerate_trials, from_patients, from_rates, operating_characteristics, run_trials
from unmoor.trial.dose_finding.design import Design
from unmoor.trial.dose_finding.truth import Truth

RATES = (0.1, 0.3, 0.5)


def test_simulation_meets_the_exact_numbers() -> None:
    design = Boin(target=0.3, doses=3, n=18)
    ours, exact = operating_characteristics(design, RATES, 20_000, seed=9), enumerate_trials(design).operating(RATES)
    error = np.sqrt(exact.selected * (1 - exact.selected) / 20_000)
    assert (np.abs(ours.selected - exact.selected) < 4 * error + 1e-9).all()
    assert ours.n == pytest.approx(exact.n, abs=0.15)
    assert ours.overdosed_60 == pytest.approx(exact.overdosed_60, abs=0.015)


def test_a_trial_does_not_depend_on_those_beside_it() -> None:
    design = Crm(skeleton=(0.1, 0.25, 0.4), target=0.25, n=18)
    few, many = (run_trials(design, from_rates(RATES, trials, 18, seed=3)) for trials in (7, 300))
    assert (few.n == many.n[:7]).all()
    assert (few.selected == many.selected[:7]).all()


def test_duration_is_waiting_for_windows() -> None:
    """All enter at once, no DLT: one window a cohort; a DLT is known before the window's end."""
    design = Boin(target=0.3, doses=3, n=9)
    assert run_trials(design, from_rates((0, 0, 0), 2, 9)).duration.tolist() == [3.0, 3.0]
    early = from_patients(np.ones((1, 3)), np.full((1, 3), 0.5), trials=1, patients=9)
    assert run_trials(design, early).duration.tolist() == [0.5]


@pytest.mark.parametrize("name", ["Boin", "TiteBoin"])
def test_entries_stand_beside_the_levels(name) -> None:
    design = getattr(designs, name)(target=0.3, doses=3, n=12)
    found = run_trials(design, from_rates(RATES, 40, 12, seed=2, per_window=3))
    assert np.array_equal(np.isnan(found.entry), found.given == 0)
    assert (found.entry[:, 0] == 0).all()
    assert (np.nan_to_num(np.diff(found.entry, axis=1)) >= 0).all()
    assert (np.nanmax(found.entry, axis=1) <= found.duration).all()


def test_designs_meet_the_same_patients() -> None:
    truth = from_rates(RATES, 50, 18, seed=1)
    one, two = (
        run_trials(design, truth) for design in (Boin(target=0.3, doses=3, n=18), Boin(target=0.25, doses=3, n=18))
    )
    assert (one.given[:, :3] == 1).all()
    first = truth.time_at(*np.meshgrid(np.arange(50), np.arange(3), indexing="ij"), np.ones((50, 3), dtype=int)) <= 1
    eliminated = one.n[:, 0] == 3
    assert (one.dlt[eliminated, 0] == first.sum(axis=1)[eliminated]).all()
    assert (two.dlt[two.n[:, 0] == 3, 0] == first.sum(axis=1)[two.n[:, 0] == 3]).all()


def test_a_truth_that_does_not_fit_is_refused() -> None:
    design = Boin(target=0.3, doses=3, n=18)
    with pytest.raises(BadInput, match="2 dose levels in the truth, 3"):
        run_trials(design, from_rates((0.1, 0.2), 2, 18))
    with pytest.raises(BadInput, match="9 patients a trial in the truth, up to 18"):
        run_trials(design, from_rates(RATES, 2, 9))


@pytest.mark.parametrize(
    ("design", "selected", "n", "dlt", "sums"),
    [
        (ThreePlusThree(doses=5), [7, 97, 131, 57, 5, 3], [1278, 1524, 1059, 384, 60], [60, 300, 378, 190, 30],
         (84726, 144815)),
        (ThreePlusThree(doses=5, deescalate=False, expand_top=True), [6, 87, 121, 71, 13, 2],
         [1014, 1209, 906, 357, 66], [44, 241, 311, 175, 32], (91473, 119529)),
        (Boin(target=0.25, doses=5), [0, 16, 164, 110, 7, 3], [2235, 3933, 2205, 537, 90], [127, 740, 742, 257, 51],
         (106702, 291203)),
        (Crm(target=0.25, skeleton=(0.05, 0.12, 0.25, 0.4, 0.55)), [0, 10, 137, 141, 12, 0],
         [1467, 3834, 3063, 585, 51], [74, 731, 1024, 278, 32], (113770, 323401)),
    ],
)  # fmt: skip
def test_trials_on_a_matrix_of_dlts_go_as_an_own_program_has_them(
    design: Design, selected: list[int], n: list[int], dlt: list[int], sums: tuple[int, int]
) -> None:
    """300 trials of 400 patients whose DLTs do not all rise with the dose.

    The numbers are those of loops over patients written in R 4 from the papers (3+3: Storer 1989; BOIN: Liu and Yuan
    2015, with pbeta and an own pool-adjacent-violators; CRM: posterior mean by integrate() of the empiric model, normal
    prior of variance 1.34), which agreed with ours in every trial: recommended level, patients and DLTs of each level.
    `sums` weigh recommended level and DLTs by the trial's number, so that no two trials can change places.
    """
    patient, level, trial, entry = np.arange(400)[:, None], np.arange(1, 6), np.arange(300)[:, None], np.arange(30)
    toxic = (patient * 37) % 101 + (patient * level * 13) % 29 < 6 + 14 * level
    who = (trial * 7919 + entry * 104729 + trial * entry * entry * 31) % 400
    truth = Truth(np.where(toxic, 0.5, np.inf), who, np.zeros(who.shape), tuple(toxic.mean(axis=0)))
    found = run_trials(design, truth)
    assert np.bincount(found.selected, minlength=6).tolist() == selected
    assert found.n.sum(axis=0).tolist() == n
    assert found.dlt.sum(axis=0).tolist() == dlt
    weight = np.arange(1, 301)
    assert (int(found.selected @ weight), int(found.dlt.sum(axis=1) @ weight)) == sums
