"""The myeloma model holds what was published or calibrated elsewhere, and its law does what it says."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import unmoor
from unmoor.calibration.study_plan import load_study_plan

VISITS = np.arange(0.0, 43 * 24.0, 3.0)
TWO_CYCLES = """bortezomib 1.3 mg/m2 iv on days 1, 4, 8, 11, 22, 25, 29 and 32 at 09:15"""
BLOCKADE = "plerixafor 0.32 mg/kg sc on days 1, 4, 8, 11, 22, 25, 29 and 32 at 08:00"
PERSON = {"weight": [80.0], "age": [63.0], "disease": [2.0], "prior_lines": [2.0], "creatinine_clearance": [80.0]}


def curves(doses: str, outputs: list[str], times: np.ndarray = VISITS, **parameters: float) -> xr.Dataset:
    """The typical patient under doses, with some values of the model changed."""
    changed = {name: [value] for name, value in parameters.items()}
    model = unmoor.load_model("myeloma")
    return unmoor.integrate(
        model, unmoor.Regimen.of(doses), times=times, outputs=outputs, parameters=PERSON | {"height": [170.0]} | changed
    )


def test_untreated_myeloma_and_its_protein_grow_together() -> None:
    found = curves("no treatment", ["plasma_cells", "m_protein"])
    growth = np.diff(np.log(found.plasma_cells.values.ravel()[[0, -1]]))
    assert growth > 0.1
    assert np.diff(np.log(found.m_protein.values.ravel()[[0, -1]])) == pytest.approx(growth, rel=0.1)


def test_protein_lags_behind_the_cells() -> None:
    found = curves(TWO_CYCLES, ["plasma_cells", "m_protein_fold"], np.arange(0.0, 24 * 21.0, 6.0), kill_rate=0.02)
    cells = found.plasma_cells.values.ravel()
    assert cells[-1] / cells[0] < found.m_protein_fold.values.ravel()[-1] < 1


@pytest.mark.parametrize(("protection", "gain"), [(0.0, (0.999, 1.001)), (0.6, (1.15, 2.0))])
def test_blockade_helps_by_the_protection_that_it_takes_away(protection: float, gain: tuple[float, float]) -> None:
    logs = []
    for doses in (TWO_CYCLES, f"{TWO_CYCLES}; {BLOCKADE}"):
        cells = curves(doses, ["plasma_cells"], protection=protection, growth_rate=1e-9).plasma_cells.values.ravel()
        logs.append(np.log(cells[0] / cells[-1]))
    low, high = gain
    assert low < logs[1] / logs[0] < high


def test_earlier_bortezomib_leaves_resistant_cells() -> None:
    odds = []
    for prior in (0.0, 1.0):
        found = curves("no treatment", ["resistant_cells", "sensitive_cells"], prior_bortezomib=prior)
        odds.append(float(found.resistant_cells[0, 0] / found.sensitive_cells[0, 0]))
    expected = unmoor.load_model("myeloma").rows["prior_bortezomib_odds"].value
    assert odds[1] / odds[0] == pytest.approx(expected, rel=1e-4)


def test_platelets_fall_by_half_and_come_back_within_the_cycle() -> None:
    platelets = curves(TWO_CYCLES, ["platelets"]).platelets.values.ravel()
    by_day = platelets[(np.arange(43) * 8).clip(max=len(platelets) - 1)]
    lowest = by_day[:21].min()
    assert 0.3 < lowest / by_day[0] < 0.6  # TOX035: a mean fall of about 60% in a cycle
    assert by_day[21] > lowest + 0.5 * (by_day[0] - lowest)


def test_neutrophils_fall_while_bortezomib_is_given_and_come_back_within_the_cycle() -> None:
    treated, untouched = (
        curves(TWO_CYCLES, ["anc"], half_thinning=half).anc.values.ravel()[::8]
        for half in (unmoor.load_model("myeloma").rows["half_thinning"].value or 0.0, 100.0)
    )
    np.testing.assert_allclose(untouched, untouched[0], rtol=1e-5)
    first = treated[:22] / treated[0]
    assert 10 <= first.argmin() <= 14  # days after the first dose, which the last of the cycle follows by ten
    assert 0.5 < first.min() < 0.75
    assert first[21] > 0.9  # transient and cyclical, TOX036 and TOX034


def test_a_share_of_maturing_neutrophils_that_is_always_lost_is_missing_in_blood() -> None:
    bolus = "bortezomib 1.3 mg/m2 iv on day 1 at 00:00"
    found = curves(  # inhibition is full and stays
        bolus, ["anc", "neutrophil_thinning"], half_thinning=1.2,
        blood_proteasome_recovery_rate=1e-9, blood_proteasome_association_rate=10.0,
    )  # fmt: skip
    lost = found.neutrophil_thinning.values.ravel()[-1]
    assert lost == pytest.approx(1 / (1 + 1.2**4), rel=1e-3)
    anc = found.anc.values.ravel()
    assert anc[-1] / anc[0] == pytest.approx(1 - lost, rel=1e-3)


def test_what_was_fitted_says_so() -> None:
    rows = unmoor.load_model("myeloma").rows
    for name in ("myeloma-first", "myeloma-platelets", "myeloma-neutrophils"):
        plan = load_study_plan(name)
        assert {key for key, row in rows.items() if row.source == f"fitted:{name}"} == {
            each.symbol for each in plan.parameters
        }


@pytest.mark.parametrize("output", ["cd34", "t_cells", "anc", "plerixafor_concentration"])
def test_cells_that_myeloma_does_not_change_move_as_they_were_calibrated(output: str) -> None:
    times = np.arange(0.0, 49.0)
    dose = "plerixafor 0.32 mg/kg sc once"
    donors = unmoor.load_model("mobilisation")
    healthy = donors.rows["neutrophil_baseline"].value or 0.0  # patients with myeloma have fewer
    ours = curves(dose, [output], times, neutrophil_baseline=healthy)[output].values.ravel()
    elsewhere = unmoor.integrate(donors, unmoor.Regimen.of(dose), times=times, outputs=[output], parameters=PERSON)
    np.testing.assert_allclose(ours, elsewhere[output].values.ravel(), rtol=1e-4)


def test_the_proteasome_is_that_of_bortezomib_alone() -> None:
    person = {"weight": [80.0], "height": [170.0]}
    alone = unmoor.integrate(
        unmoor.load_model("bortezomib_pk"), unmoor.Regimen.of(TWO_CYCLES), times=VISITS,
        outputs=["proteasome_inhibition"], parameters=person,
    )  # fmt: skip
    ours = curves(TWO_CYCLES, ["proteasome_inhibition"])
    np.testing.assert_allclose(
        ours.proteasome_inhibition.values.ravel(), alone.proteasome_inhibition.values.ravel(), rtol=1e-4, atol=1e-7
    )
