"""Graded events against their closed form: a hazard of damage, one draw a patient, nested grades."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from unmoor import integrate, load_model

HOURS = np.linspace(0.0, 2000.0, 81)
HEADER = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note"
TEXT = """// An event of a drug that is always there.
import "toxicity/graded_event.ant"

model probe()
  flush: graded_event();
  flush.exposure is exposure;
  flush.grade is flush_grade;
end
"""
SHARES = (1.0, 0.5, 0.2, 0.05)  # of the hazard, by grade
HAZARD, HEALING = 0.002, 0.004  # 1/h
VALUES = {
    "exposure": (1.0, "ng/mL"), "flush.reference_exposure": (1.0, "ng/mL"), "flush.healing_rate": (HEALING, "1/h"),
    "flush.hazard_at_reference": (HAZARD, "1/h"), "flush.steepness": (2.0, "1"), "flush.share_2": (SHARES[1], "1"),
    "flush.share_3": (SHARES[2], "1"), "flush.share_4": (SHARES[3], "1"), "flush.dispersion": (0.8, "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe.ant").write_text(TEXT)
    rows = [f"{name},constant,{value},{unit},,,,,assumed,assumed," for name, (value, unit) in VALUES.items()]
    (folder / "probe.csv").write_text("\n".join([HEADER, *rows, "flush_grade,output,,1,,,,,,,", ""]))
    return load_model(folder / "probe.ant")


def simulated(model, draws, outputs=("flush_grade",), **changes):
    """Each output, shape (patient, time), of patients who differ in their draw."""
    changed = {name if name == "exposure" else f"flush_{name}": [value] * len(draws) for name, value in changes.items()}
    found = integrate(model, times=HOURS, outputs=list(outputs), parameters={"flush_draw": draws, **changed})
    assert not found.status.any()
    return [found[name].transpose("patient", "time").values for name in outputs]


def hazard_so_far(hours, steepness):
    """Cumulative hazard of any grade at the reference: the integral of what the damage makes."""
    return HAZARD * quad(lambda t: (-np.expm1(-HEALING * t)) ** steepness, 0, hours, epsabs=1e-12)[0]


@pytest.mark.parametrize("steepness", [1.0, 2.0, 3.5])
@pytest.mark.parametrize("dispersion", [0.001, 0.5, 3.0])
def test_incidence_by_grade_is_that_of_the_closed_form(model, steepness, dispersion):
    """P(grade >= g by t) = E(1 - exp(-z share_g H(t))) over gamma distributed z: evenly spaced draws give it."""
    n = 400
    draws = (np.arange(n) + 0.5) / n
    names = ["flush_grade", *(f"flush_chance_{grade}" for grade in (1, 2, 3, 4))]
    found, *chances = simulated(model, draws, names, steepness=steepness, dispersion=dispersion)
    patients = gamma(1 / dispersion, scale=dispersion)
    for hours in (100.0, 500.0, 1500.0):
        total = hazard_so_far(hours, steepness)
        for k, share in enumerate(SHARES):
            load = share * total
            free = patients.expect(lambda z, load=load: np.exp(-z * load)) if dispersion > 0.01 else np.exp(-load)
            # the limit of no dispersion is approached to about dispersion/2 of the squared hazard
            near = 1e-6 + (0 if dispersion > 0.01 else dispersion * load**2)
            assert chances[k][0, hours == HOURS][0] == pytest.approx(1 - free, abs=near)
            assert np.mean(found[:, hours == HOURS] >= k + 1) == pytest.approx(1 - free, abs=1.5 / n + near)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    exposure=st.floats(0.2, 4.0),
    steepness=st.floats(0.5, 4.0),
    dispersion=st.floats(0.01, 5.0),
    shares=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
)
def test_grades_are_nested_never_fall_and_rise_with_exposure(model, seed, exposure, steepness, dispersion, shares):
    draws = np.random.default_rng(seed).uniform(1e-6, 1, 40)
    second, third, fourth = sorted(shares, reverse=True)
    named = {"steepness": steepness, "dispersion": dispersion, "share_2": second, "share_3": third, "share_4": fourth}
    (low,) = simulated(model, draws, exposure=exposure, **named)
    assert set(np.unique(low)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert (np.diff(low, axis=1) >= 0).all()
    assert (simulated(model, draws, exposure=1.25 * exposure, **named)[0] >= low).all()
    # a patient with the smaller draw resists longer: at each moment no grade is worse
    assert (np.diff(low[np.argsort(draws)], axis=0) >= 0).all()


def test_without_exposure_nothing_happens(model):
    assert (simulated(model, [1e-6, 0.5, 0.999999], exposure=0.0)[0] == 0).all()


def test_the_events_of_sorafenib_share_one_fitted_dispersion():
    rows = load_model("sorafenib_safety").rows
    values = [rows[f"{event}_dispersion"].value for event in ("hand_foot", "rash", "diarrhoea")]
    assert values == [values[0]] * 3
    assert rows["hand_foot_dispersion"].source == "fitted:toxicity"
