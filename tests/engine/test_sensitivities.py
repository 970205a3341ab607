"""Derivatives of curves against closed forms and central differences, with everything a treatment may do on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.events import Events
from unmoor.engine.outcome import Status
from unmoor.engine.sensitivities import sensitivities

TIMES = np.array([0.0, 0.3, 1.0, 2.0, 3.5, 6.0, 10.0, 18.0])
TIGHT = {"rtol": 1e-9, "atol": 1e-12}
FINE = {"rtol": 1e-12, "atol": 1e-15}


def by_complex_step(curve: Callable[..., np.ndarray], values: Mapping[str, float], name: str) -> np.ndarray:
    """The derivative of a closed form, to rounding."""
    moved = {key: complex(value) for key, value in values.items()}
    moved[name] += 1e-30j
    return curve(**moved).imag / 1e-30


def by_differences(model, name: str, parameters: Mapping[str, np.ndarray], **rest) -> dict[str, np.ndarray]:
    """Central differences of integrate with Richardson's extrapolation: output -> (patient, time)."""
    here = np.asarray(parameters[name], dtype=float)
    step = np.where(here == 0.0, 1e-3, 1e-3 * np.abs(here))
    runs = [
        integrate(model, parameters={**parameters, name: here + c * step}, **FINE, **rest) for c in (1, -1, 0.5, -0.5)
    ]
    found = {}
    for output in runs[0].data_vars:
        one, two, three, four = (run[output].values for run in runs)
        coarse, fine = (one - two) / (2 * step[:, None]), (three - four) / step[:, None]
        found[output] = (4 * fine - coarse) / 3
    return found


def agree(found, expected: np.ndarray, tolerance: float) -> None:
    size = np.abs(expected).max(axis=-1, keepdims=True)
    assert (np.abs(found - expected) <= tolerance * size + 1e-300).all(), (np.abs(found - expected) / size).max()


@pytest.fixture(scope="module")
def one_compartment(model):
    return model(
        {"depot": "-ka*depot", "central": "ka*depot - cl/v*central"},
        initial={"depot": "dose"},
        constants={"ka": 1.1, "cl": 3.0, "v": 12.0, "dose": 40.0},
        assignments={"concentration": "central/v"},
        outputs=["concentration", "depot"],
    )


def absorbed(ka, cl, v, dose):
    k = cl / v
    return dose * ka / (ka - k) / v * (np.exp(-k * TIMES) - np.exp(-ka * TIMES))


@pytest.mark.parametrize("name", ["ka", "cl", "v", "dose"])
def test_one_compartment_in_closed_form(one_compartment, name):
    found = sensitivities(one_compartment, ["ka", "cl", "v", "dose"], times=TIMES, **TIGHT)
    exact = by_complex_step(absorbed, one_compartment.constants, name)
    agree(found["d_concentration"].sel(parameter=name).values, exact, 1e-8)


def test_the_default_tolerance_gives_six_digits(one_compartment):
    found = sensitivities(one_compartment, ["ka", "cl", "v", "dose"], times=TIMES)
    for name in one_compartment.constants:
        exact = by_complex_step(absorbed, one_compartment.constants, name)
        agree(found["d_concentration"].sel(parameter=name).values, exact, 5e-6)


def two_compartments(cl, q, v1, v2, dose):
    """Bolus into the first of two compartments (Gibaldi and Perrier, Pharmacokinetics, chapter 2)."""
    total, product = cl / v1 + q / v1 + q / v2, cl / v1 * q / v2
    root = np.sqrt(total**2 - 4 * product)
    alpha, beta = (total + root) / 2, (total - root) / 2
    a = (alpha - q / v2) / (alpha - beta)
    return dose / v1 * (a * np.exp(-alpha * TIMES) + (1 - a) * np.exp(-beta * TIMES))


def test_two_compartments_in_closed_form_for_many_patients(model):
    constants = {"cl": 5.0, "q": 2.0, "v1": 10.0, "v2": 30.0, "dose": 100.0}
    made = model(
        {"a": "-(cl + q)/v1*a + q/v2*b", "b": "q/v1*a - q/v2*b"},
        initial={"a": "dose"}, constants=constants, assignments={"c": "a/v1"}, outputs=["c"],
    )  # fmt: skip
    random = np.random.default_rng(5)
    patients = {name: value * np.exp(0.3 * random.standard_normal(11)) for name, value in constants.items()}
    found = sensitivities(made, list(constants), parameters=patients, times=TIMES, **TIGHT)
    assert found["d_c"].dims == ("patient", "parameter", "time")
    for who in range(11):
        own = {name: value[who] for name, value in patients.items()}
        np.testing.assert_allclose(found["c"].values[who], two_compartments(**own), rtol=1e-8)
        for name in constants:
            exact = by_complex_step(two_compartments, own, name)
            agree(found["d_c"].sel(parameter=name).values[who], exact, 1e-7)


def test_an_initial_state_and_a_start_computed_from_parameters(model):
    made = model(
        {"x": "-k*x", "y": "k*x - r*y"},
        initial={"x": "x0*scale", "y": "1", "r": "k/2"},
        constants={"k": 0.4, "x0": 3.0, "scale": 2.0},
    )
    found = sensitivities(made, ["k", "scale", "y", "x"], times=TIMES, **TIGHT)
    decay = np.exp(-0.4 * TIMES)
    agree(found["d_x"].sel(parameter="x").values, decay, 1e-8)
    agree(found["d_x"].sel(parameter="scale").values, 3.0 * decay, 1e-8)
    agree(found["d_y"].sel(parameter="y").values, np.exp(-0.2 * TIMES), 1e-8)
    assert not found["d_x"].sel(parameter="y").values.any()

    def y(k, scale):
        return np.exp(-k / 2 * TIMES) + 6.0 * scale / 2 * 2 * (np.exp(-k / 2 * TIMES) - np.exp(-k * TIMES))

    for name in ("k", "scale"):
        agree(found["d_y"].sel(parameter=name).values, by_complex_step(y, {"k": 0.4, "scale": 2.0}, name), 1e-7)


def test_a_parameter_that_is_zero(model):
    made = model({"x": "-k*x + leak"}, initial={"x": 2.0}, constants={"k": 0.5, "leak": 0.0})
    found = sensitivities(made, ["leak"], times=TIMES, **TIGHT)
    agree(found["d_x"].sel(parameter="leak").values, (1 - np.exp(-0.5 * TIMES)) / 0.5, 1e-8)


def test_time_and_powers_and_conditions(model):
    made = model(
        {"x": "a*(1.2 + sin(w*time)) - k*x**g*(2 if x > 1.5 else 1 + x/1.5)", "y": "x/(x + h) - y"},
        initial={"x": 2.0}, constants={"a": 1.0, "w": 2.0, "k": 0.3, "g": 1.7, "h": 0.6},
    )  # fmt: skip
    patients = {name: np.array([value, 1.2 * value]) for name, value in made.constants.items()}
    found = sensitivities(made, list(made.constants), parameters=patients, times=TIMES, **TIGHT)
    for name in made.constants:
        for output, expected in by_differences(made, name, patients, times=TIMES).items():
            derivative = found[f"d_{output}"].sel(parameter=name).values
            if (output, name) == ("x", "h"):  # x does not know h: the derivative is zero, differences are rounding
                assert not derivative.any()
            else:
                agree(derivative, expected, 1e-6)


RECORDS = [
    ("a", 0.0, 1, 100.0, "depot", 0.0, 2, 6.0),
    ("a", 3.0, 1, 50.0, "central", 25.0, 0, 0.0),
    ("a", 9.0, 1, 40.0, "central", -2.0, 0, 0.0),
    ("a", 14.0, 1, 30.0, "per", -1.0, 0, 0.0),
    ("a", 25.0, 3, 0.0, "depot", 0.0, 0, 0.0),
    ("a", 26.0, 1, 80.0, "depot", 0.0, 0, 0.0),
    ("a", 33.0, 4, 60.0, "central", 30.0, 0, 0.0),
    ("b", 0.0, 4, 70.0, "depot", 0.0, 1, 5.0),
    ("b", 2.0, 1, 50.0, "central", 0.0, 0, 0.0),
]  # fmt: skip
TABLE = pd.DataFrame(RECORDS, columns="ID TIME EVID AMT CMT RATE ADDL II".split())
#: bioavailabilities, lags, a modelled duration and a modelled rate, by their names
OF_DOSES = {"F_depot": 0.7, "lag_depot": 0.4, "D_central": 2.5, "R_per": 11.0, "lag_central": 0.3, "F_central": 0.9}


@pytest.fixture(scope="module")
def dosed(model):
    rates = {"depot": "-ka*depot", "central": "ka*depot - cl/v*central/(1 + central/km) - q*central + q*per"}
    constants = {"ka": 1.3, "cl": 4.0, "v": 20.0, "km": 50.0, "q": 0.3, "p0": 2.0, **OF_DOSES}
    return model(
        {**rates, "per": "q*central - q*per"},
        initial={"per": "p0"}, constants=constants, assignments={"conc": "central/v"}, outputs=["conc", "per"],
    )  # fmt: skip


def test_a_reset_to_a_given_start_keeps_its_slope(model):
    """After the reset x is the given start again: d/dx0 = exp(-k t), d/dk = -t x0 exp(-k t), t counted from it."""
    decay = model({"x": "-k*x"}, initial={"x": "7"}, constants={"k": 0.4})
    t = np.array([2.0, 1.0])
    for events in (Events.reset(0, 5.0), pd.DataFrame({"ID": [0], "TIME": [5.0], "EVID": [3]})):
        found = sensitivities(decay, ["x", "k"], events=events, parameters={"x": [3.0]}, times=[2.0, 6.0])
        agree(found["x"].values[0], 3 * np.exp(-0.4 * t), 1e-5)
        agree(found["d_x"].sel(parameter="x").values[0], np.exp(-0.4 * t), 1e-5)
        agree(found["d_x"].sel(parameter="k").values[0], -t * 3 * np.exp(-0.4 * t), 1e-5)


def test_boluses_infusions_lags_and_resets_against_differences(dosed):
    """RATE given, modelled (-1) and its duration modelled (-2), ADDL, EVID 3 and 4; every parameter at once."""
    patients = pd.DataFrame({name: [value, 1.2 * value] for name, value in dosed.constants.items()}, index=["a", "b"])
    rest = {"events": TABLE, "times": np.arange(0.0, 40.0, 0.7)}
    found = sensitivities(dosed, list(dosed.constants), parameters=patients, **TIGHT, **rest)
    assert found["patient"].values.tolist() == ["a", "b"]
    columns = {name: patients[name].to_numpy() for name in patients}
    table = TABLE.assign(ID=TABLE["ID"].map({"a": 0, "b": 1}))
    for name in dosed.constants:
        for output, expected in by_differences(dosed, name, columns, **{**rest, "events": table}).items():
            agree(found[f"d_{output}"].sel(parameter=name).values, expected, 1e-6)


def test_a_lag_in_closed_form(model):
    """C = D k_a / V (k_a - k) (e^-k(t-lag) - e^-ka(t-lag)): its derivative by the lag is minus that by time."""
    made = model(
        {"depot": "-ka*depot", "central": "ka*depot - k*central"},
        constants={"ka": 1.5, "k": 0.2, "lag_depot": 0.5},
        outputs=["central", "depot"],
    )
    table = pd.DataFrame({"TIME": [0.0], "EVID": [1], "AMT": [10.0], "CMT": ["depot"]})
    found = sensitivities(made, ["lag_depot"], events=table, times=TIMES, **TIGHT)
    after = np.where(TIMES >= 0.5, TIMES - 0.5, np.nan)
    ka, k = 1.5, 0.2
    central = 10.0 * ka / (ka - k) * (k * np.exp(-k * after) - ka * np.exp(-ka * after))
    agree(found["d_central"].values[0], np.nan_to_num(central), 1e-8)
    agree(found["d_depot"].values[0], np.nan_to_num(10.0 * ka * np.exp(-ka * after)), 1e-8)


def test_switches_in_time(model):
    made = model({"x": "k*on - q*x", "y": "x*x - q*y*on"}, constants={"on": 1.0, "k": 2.0, "q": 0.4}, switches=["on"])
    events = Events.join(Events.switch([0, 1], [2.0, 2.0], "on", [0.0, 0.3]), Events.switch([0], [5.0], "on", [2.0]))
    patients = {"k": np.array([2.0, 3.0]), "q": np.array([0.4, 0.6])}
    found = sensitivities(made, ["k", "q"], events=events, parameters=patients, times=TIMES, **TIGHT)
    for name in patients:
        for output, expected in by_differences(made, name, patients, events=events, times=TIMES).items():
            agree(found[f"d_{output}"].sel(parameter=name).values, expected, 1e-7)


MOBILISATION = (
    "plerixafor_bioavailability", "weight", "creatinine_clearance", "cxcl12_baseline", "neutrophil_baseline",
    "cd34_tether_vla4_tether", "filgrastim_typical_clearance", "apheresis_reference_efficiency",
)  # fmt: skip


def test_the_mobilisation_model_under_its_regimen():
    """Doses are per kg and cleared by the kidney: weight acts through amounts, volumes and clearances at once."""
    mobilisation = load_model("mobilisation")
    dose = "filgrastim 10 ug/kg sc once daily for 5 days; plerixafor 0.24 mg/kg sc on day 4 at 22:00"
    times, names = np.linspace(0.0, 150.0, 31), [*MOBILISATION, "anc", "filgrastim.depot"]
    found = sensitivities(mobilisation, names, dose, times=times, **TIGHT)
    assert found["d_cd34"].attrs["units"] == found["cd34"].attrs["units"] == "cells/uL"
    assert found["parameter_unit"].sel(parameter="weight") == "kg"
    for name in names:
        state = mobilisation.resolve(name)
        here = {"anc": 3.9, "filgrastim_depot": 0.0}.get(state)
        if here is None:
            here = mobilisation.constants[state] / mobilisation.factors[state]
        for output, expected in by_differences(
            mobilisation, name, {name: np.array([here])}, dose=dose, times=times
        ).items():
            derivative = found[f"d_{output}"].sel(parameter=name).values
            # differences of a curve that does not depend on the parameter are rounding
            noise = 1e-8 * np.abs(found[output].values).max() / (abs(here) or 1.0)
            assert np.abs(derivative - expected[0]).max() <= 1e-6 * np.abs(expected).max() + noise, (name, output)


def test_a_steady_start_moves_with_its_parameters(model):
    made = model(
        {"x": "k - q*x*x", "y": "x - y*s", "z": "-y*z"},
        initial={"x": 1.0, "y": 1.0, "z": "x*w", "w": "y + 1"},
        constants={"k": 3.0, "q": 2.0, "s": 0.5},
    ).starting_steady("x", "y")
    patients = {name: np.array([value, 1.5 * value]) for name, value in made.constants.items()}
    found = sensitivities(made, ["k", "q", "s"], parameters=patients, times=TIMES, **TIGHT)
    x = np.sqrt(patients["k"] / patients["q"])
    np.testing.assert_allclose(found["d_x"].sel(parameter="k").values[:, 0], x / (2 * patients["k"]), rtol=1e-8)
    np.testing.assert_allclose(found["d_y"].sel(parameter="s").values[:, 0], -x / patients["s"] ** 2, rtol=1e-8)
    for name in patients:
        for output, expected in by_differences(made, name, patients, times=TIMES).items():
            derivative = found[f"d_{output}"].sel(parameter=name).values
            assert np.abs(derivative - expected).max() <= 1e-7 * np.abs(expected).max() + 1e-10


def test_curves_are_those_of_integrate_and_failures_are_statuses(model):
    made = model({"x": "k*x*x - q*x"}, initial={"x": 1.0}, constants={"k": 0.1, "q": 1.0})
    patients = {"k": np.array([0.1, 9.0, 0.2])}
    found = sensitivities(made, ["q"], parameters=patients, times=[0.0, 2.0])
    plain = integrate(made, parameters=patients, times=[0.0, 2.0])
    np.testing.assert_allclose(found["x"].values, plain["x"].values, rtol=1e-6)
    assert found["status"].values.tolist() == plain["status"].values.tolist()
    assert found["status"].values[1] != Status.OK
    assert np.isnan(found["d_x"].values[1]).all()
    assert np.isfinite(found["d_x"].values[[0, 2]]).all()


def test_a_patient_is_the_same_in_any_company(one_compartment):
    random = np.random.default_rng(9)
    patients = {name: v * np.exp(0.5 * random.standard_normal(600)) for name, v in one_compartment.constants.items()}
    whole = sensitivities(one_compartment, ["ka", "v"], parameters=patients, times=TIMES)
    some = {name: value[[5, 599, 17]] for name, value in patients.items()}
    part = sensitivities(one_compartment, ["ka", "v"], parameters=some, times=TIMES)
    assert np.array_equal(part["d_concentration"].values, whole["d_concentration"].values[[5, 599, 17]])


def test_units_are_those_of_the_tables():
    pk = load_model("plerixafor_pk")
    name = "plerixafor.typical_central_volume"
    unit = pk.units[pk.resolve(name)]
    found = sensitivities(pk, [name], "plerixafor 20 mg sc once", hours=24, **TIGHT)
    assert found["parameter_unit"].values.tolist() == [unit]
    here = np.array([pk.constants[pk.resolve(name)] / pk.factors[pk.resolve(name)]])
    times = found["time"].values
    expected = by_differences(pk, name, {name: here}, dose="plerixafor 20 mg sc once", times=times)
    for output, values in expected.items():
        agree(found[f"d_{output}"].values, values, 1e-6)


def test_the_shape_follows_what_is_described(one_compartment):
    alone = sensitivities(one_compartment, ["v"], times=TIMES)
    assert alone["d_concentration"].dims == ("parameter", "time")
    many = sensitivities(one_compartment, ["v", "cl"], parameters={"ka": [1.0, 2.0]}, times=TIMES, outputs=["depot"])
    assert dict(many["d_depot"].sizes) == {"patient": 2, "parameter": 2, "time": len(TIMES)}
    assert set(many.data_vars) == {"depot", "d_depot"}


def test_what_cannot_be_meant_is_refused(one_compartment, model):
    with pytest.raises(UnknownName, match="unknown symbol 'clearence'"):
        sensitivities(one_compartment, ["clearence"], times=TIMES)
    with pytest.raises(BadInput, match="'concentration' is computed"):
        sensitivities(one_compartment, ["concentration"], times=TIMES)
    with pytest.raises(BadInput, match="'v' is named twice"):
        sensitivities(one_compartment, ["v", "v"], times=TIMES)
    for nothing in ([], "v"):
        with pytest.raises(BadInput, match="not a list of names"):
            sensitivities(one_compartment, nothing, times=TIMES)
    with pytest.raises(BadInput, match="rtol 2 and atol"):
        sensitivities(one_compartment, ["v"], times=TIMES, rtol=2.0)
    switched = model({"x": "-on*x"}, constants={"on": 1.0}, switches=["on"])
    with pytest.raises(BadInput, match="'on' is a switch"):
        sensitivities(switched, ["on"], times=TIMES)
    with pytest.raises(Unsupported, match="'v' changes in time, set by an event"):
        sensitivities(one_compartment, ["v"], events=Events.switch([0], [2.0], "v", [9.0]), times=TIMES)
    steady = model({"x": "k - x"}, constants={"k": 1.0}).starting_steady()
    with pytest.raises(BadInput, match="the start of 'x' is solved"):
        sensitivities(steady, ["x"], times=TIMES)
    table = pd.DataFrame({"TIME": [0.0], "EVID": [1], "AMT": [10.0], "CMT": ["depot"], "II": [12.0], "SS": [1]})
    with pytest.raises(Unsupported, match="steady state of doses"):
        sensitivities(one_compartment, ["v"], events=table, times=TIMES)
