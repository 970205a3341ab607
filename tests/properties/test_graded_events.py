"""Graded events against their closed form: a hazard of damage, one draw a patient, nested grades."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from unmoor import integrate, load_model

HOURS = np.linspace(0.0, 2000.0, 81)
HEADER = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note"
TEXT = """// An event of a drug that is always there.
import "toxicity/graded_event.ant"

model probe()
  rash: graded_event();
  rash.exposure is exposure;
  rash.grade is rash_grade;
end
"""
VALUES = {
    "exposure": (1.0, "ng/mL"), "rash.reference_exposure": (1.0, "ng/mL"), "rash.healing_rate": (0.004, "1/h"),
    "rash.hazard_at_reference": (0.002, "1/h"), "rash.steepness": (2.0, "1"), "rash.share_2": (0.5, "1"),
    "rash.share_3": (0.2, "1"), "rash.share_4": (0.05, "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe.ant").write_text(TEXT)
    rows = [f"{name},constant,{value},{unit},,,,,assumed,assumed," for name, (value, unit) in VALUES.items()]
    (folder / "probe.csv").write_text("\n".join([HEADER, *rows, "rash_grade,output,,1,,,,,,,", ""]))
    return load_model(folder / "probe.ant")


def grades(model, draws, **given_values):
    """Worst grade so far, shape (patient, time), of patients who differ in their draw."""
    changed = {f"rash_{name}" if name != "exposure" else name: [value] * len(draws)
               for name, value in given_values.items()}  # fmt: skip
    found = integrate(model, times=HOURS, outputs=["rash_grade"], parameters={"rash_draw": draws, **changed})
    assert not found.status.any()
    return found["rash_grade"].transpose("patient", "time").values


def hazard_so_far(hours, exposure, steepness):
    """Cumulative hazard of any grade under steady exposure: the integral of what the module's damage makes."""
    rate = VALUES["rash.hazard_at_reference"][0]
    heal = VALUES["rash.healing_rate"][0]
    return rate * quad(lambda t: (exposure * -np.expm1(-heal * t)) ** steepness, 0, hours, epsabs=1e-12)[0]


@pytest.mark.parametrize("steepness", [1.0, 2.0, 3.5])
def test_incidence_by_grade_is_that_of_the_closed_form(model, steepness):
    """P(grade >= g by t) = 1 - exp(-share_g H(t)): evenly spaced draws give it to within one patient."""
    n = 400
    draws = (np.arange(n) + 0.5) / n
    found = grades(model, draws, steepness=steepness)
    for hours in (100.0, 500.0, 1500.0):
        total = hazard_so_far(hours, 1.0, steepness)
        for grade, share in enumerate([1.0, 0.5, 0.2, 0.05], start=1):
            seen = np.mean(found[:, hours == HOURS] >= grade)
            assert seen == pytest.approx(-np.expm1(-share * total), abs=1.5 / n)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    exposure=st.floats(0.2, 4.0),
    steepness=st.floats(0.5, 4.0),
    shares=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
)
def test_grades_are_nested_never_fall_and_rise_with_exposure(model, seed, exposure, steepness, shares):
    draws = np.random.default_rng(seed).uniform(1e-6, 1, 40)
    second, third, fourth = sorted(shares, reverse=True)
    named = {"steepness": steepness, "share_2": second, "share_3": third, "share_4": fourth}
    low = grades(model, draws, exposure=exposure, **named)
    assert set(np.unique(low)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert (np.diff(low, axis=1) >= 0).all()
    assert (grades(model, draws, exposure=1.25 * exposure, **named) >= low).all()
    # a patient with the smaller draw resists longer: at each moment no grade is worse
    assert (np.diff(low[np.argsort(draws)], axis=0) >= 0).all()


def test_without_exposure_nothing_happens(model):
    assert (grades(model, [1e-6, 0.5, 0.999999], exposure=0.0) == 0).all()
