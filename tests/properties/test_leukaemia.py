"""Laws of the leukaemia model: exposure over months, room in the marrow, shelter, mobilisation, and who comes back."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor import integrate, load_model

DAY = 24.0
MOVED = ["plerixafor 240 ug/kg sc every other day x 7", "filgrastim 10 ug/kg sc every other day x 7"]
SORAFENIB = "sorafenib 22400 mg po over 14 days every 14 days for 13 doses"


@pytest.fixture(scope="module")
def model():
    return load_model("aml")


def course(model, doses, days, outputs, **parameters):
    """Outputs (time,) at whole days."""
    given = {name: [value] for name, value in parameters.items()}
    times, regimen = np.arange(0.0, days + 1) * DAY, "; ".join(doses) or None
    found = integrate(model, regimen, times=times, outputs=outputs, parameters=given, rtol=1e-8)
    return [found[name].values.ravel() for name in outputs]


def exposure(model, milligrams, day, **parameters):
    """AUC over 12 h (mg h/L) on a day of so many mg of sorafenib twice daily."""
    doses = [f"sorafenib {28 * milligrams} mg po over 14 days every 14 days for 14 doses"]
    (level,) = course(model, doses, 190, ["sorafenib_concentration"], **parameters)
    return level[day] * 12 / 1000


def test_steady_sorafenib_is_intake_over_clearance(model):
    """Without induction and with all of the intake passed, concentration is rate / ((1 - recycled) clearance)."""
    value = {name: model.rows[f"sorafenib_{name}"].value for name in ("clearance", "recycled")}
    found = exposure(model, 400, 60, sorafenib_highest_induction=0.0, sorafenib_half_intake=1e12)
    assert found == pytest.approx(400 / (value["clearance"] * (1 - value["recycled"])), rel=1e-4)


def test_exposure_falls_over_months_as_it_did_in_hepatocellular_carcinoma(model):
    """SOR017: 60.3, 43.0 and 33.2 mg h/L in month 1, month 3 and at progression, of other patients than SOR001's."""
    found = np.array([exposure(model, 400, day) for day in (25, 75, 190)])
    assert np.all(np.abs(np.log(found / [60.3, 43.0, 33.2])) < np.log(1.3))
    assert found[0] / found[1] == pytest.approx(60.3 / 43.0, rel=0.1)


def test_exposure_grows_less_than_the_dose_above_400_mg(model):
    at = {dose: exposure(model, dose, 25) for dose in (200, 400, 800)}
    assert 1.8 < at[400] / at[200] <= 2.0
    assert 1.0 < at[800] / at[400] < 1.8


def test_untreated_leukaemia_grows_and_crowds_out_blood(model):
    leukaemia, anc, platelets = course(model, [], 56, ["leukaemia", "anc", "platelets"])
    assert np.all(np.diff(leukaemia) > 0)
    assert anc[-1] < 0.7 * anc[0]
    assert platelets[-1] < 0.7 * platelets[0]


def test_the_niche_protects_and_blockade_lifts_a_part(model):
    """At full inhibition killing in the niche is the share that the shelter lets through; plerixafor adds to it."""
    names = ["sensitive_cells", "shelter"]
    still = {"growth_rate": 0.0, "egress_rate": 0.0}
    alone, calm = course(model, [SORAFENIB], 28, names, **still)
    _, moved = course(model, [SORAFENIB, *MOVED], 28, names, **still)
    bare, _ = course(model, [SORAFENIB], 28, names, **still, protection=0.0)
    assert calm == pytest.approx(1.0)
    assert 1 - model.rows["cxcr4_shelter"].value <= moved.min() < 0.9
    kept = model.rows["protection"].value
    assert np.log(alone[-1] / alone[0]) == pytest.approx((1 - kept) * np.log(bare[-1] / bare[0]), rel=1e-3)


def test_blockade_adds_to_what_sorafenib_kills(model):
    last = {
        name: course(model, doses, 28, ["sensitive_cells"])[0][-1]
        for name, doses in {"both": [SORAFENIB, *MOVED], "sorafenib": [SORAFENIB], "moved": MOVED}.items()
    }
    assert last["both"] < 0.8 * last["sorafenib"] < last["moved"]


def test_mobilised_blasts_are_counted_from_the_marrow(model):
    """Without growth, killing and loss from blood, moving blasts loses none of them."""
    still = {"growth_rate": 0.0, "kill_rate": 0.0, "clearance_rate": 0.0}
    marrow, blood, fold = course(model, MOVED, 15, ["leukaemia", "blast_blood", "blast_fold"], **still)
    assert fold.max() > 2
    assert (marrow + blood) == pytest.approx(marrow[0] + blood[0], rel=1e-6)


def test_a_population_like_all_blasts_moves_as_they_do(model):
    same = {f"primitive_tether_{name}": model.rows[f"blast_tether_{name}"].value for name in ("strength", "half_grip")}
    all_blasts, subset = course(model, [SORAFENIB, *MOVED], 15, ["blast_fold", "primitive_fold"], **same)
    assert subset == pytest.approx(all_blasts, rel=1e-3)


def test_relapse_is_the_resistant_clone_and_blasts_push_in_where_the_marrow_is_full(model):
    few = {"protection": 0.3, "resistant_share": 1e-4}
    names = ["marrow_blasts", "sensitive_cells", "resistant_cells", "anc"]
    share, sensitive, resistant, anc = course(model, [SORAFENIB, *MOVED], 180, names, **few)
    low = int(share.argmin())
    assert share[low] < 0.05 < share[-1]
    assert anc[low] > anc[0]
    assert resistant[-1] > 10 * sensitive[-1]
