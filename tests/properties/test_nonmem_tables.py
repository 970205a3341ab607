"""Random dosing tables against matrix exponentials: every rule of NONMEM's records, alone and mixed, to 1e-6."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmoor import integrate
from unmoor.model.expression import Call, Number, Symbol
from unmoor.model.model import Model

STATES = ("depot", "central", "peripheral")
TWO = {"ka": 1.1, "cl": 2.5, "v": 20.0, "q": 1.5, "v2": 40.0, "loss": 0.01}
ONE = TWO | {"q": 0.0, "v2": 1.0, "loss": 0.3}
KINETICS = {"one compartment": ONE, "two compartments": TWO}
PLAIN = {"EVID": 0, "AMT": 0.0, "RATE": 0.0, "ADDL": 0, "II": 0.0, "SS": 0, "CMT": "central"}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TIGHT = {"rtol": 1e-9, "atol": 1e-9}


def _times(*parts):
    return Call("mul", tuple(Symbol(part) for part in parts))


def _over(one, other):
    return Call("div", (one, Symbol(other)))


@cache
def kinetics() -> Model:
    """Depot, central and peripheral amounts; clearances and volumes are constants that a table may change."""
    absorbed, out = _times("ka", "depot"), _over(_times("cl", "central"), "v")
    there, back = _over(_times("q", "central"), "v"), _over(_times("q", "peripheral"), "v2")
    parts = {key: {} for key in ("factors", "units", "rows", "instances", "drugs")}
    return Model(
        name="kinetics",
        states=STATES,
        rates={
            "depot": Call("neg", (absorbed,)),
            "central": Call("sub", (Call("add", (absorbed, back)), Call("add", (out, there)))),
            "peripheral": Call("sub", (there, Call("add", (back, _times("loss", "peripheral"))))),
        },
        assignments={"concentration": _over(Symbol("central"), "v")},
        initial={name: Number(0.0) for name in STATES},
        constants=dict(TWO),
        switches=(),
        outputs=(*STATES, "concentration"),
        sbml="",
        **parts,
    )


def compare(nonmem, patients, *, carry="locf", parameters=None, largest=100.0, **extra):
    """Integrate records of patients at their observations and hold them against the oracle, at 1e-6 of each dose."""
    rows = [{"ID": who, **r} for who, records in enumerate(patients) for r in records]
    found = integrate(kinetics(), events=pd.DataFrame(rows), parameters=parameters, covariates=carry, **TIGHT)
    assert np.all(found["status"] == 0)
    exact, volume = [], []
    for who, records in enumerate(patients):
        own = {} if parameters is None else {name: float(values[who]) for name, values in parameters.items()}
        whole = [TWO | own | extra | r for r in records]
        for r, x in zip(whole, nonmem(whole, carry), strict=True):
            if r["EVID"] in (0, 2):
                exact.append(x)
                volume.append(r["v"])
    exact = np.array(exact)
    assert len(exact) == found["row"].size
    for k, name in enumerate(STATES):
        np.testing.assert_allclose(found[name].values, exact[:, k], rtol=1e-6, atol=1e-6 * largest, err_msg=name)
    if len(exact):
        np.testing.assert_allclose(found["concentration"], exact[:, 1] / volume, rtol=1e-6, atol=1e-7 * largest)
    return found


half_hours = st.integers(0, 96).map(lambda k: k / 2)
odd_hours = st.floats(0.0, 48.0, allow_subnormal=False).map(lambda t: round(t, 3))
hours = st.one_of(half_hours, odd_hours)
amounts = st.sampled_from([1.0, 10.0, 50.0, 100.0])
states = st.sampled_from(["depot", "central", "peripheral"])


@st.composite
def observations(draw):
    return PLAIN | {"TIME": draw(hours), "EVID": draw(st.sampled_from([0, 0, 2]))}


@st.composite
def doses(draw, rates=(0.0, 5.0, 40.0), steady=(0,), evid=(1,)):
    amount, rate = draw(amounts), draw(st.sampled_from(rates))
    row = PLAIN | {"TIME": draw(hours), "EVID": draw(st.sampled_from(evid)), "AMT": amount, "CMT": draw(states)}
    row |= {"RATE": rate, "SS": draw(st.sampled_from(steady))}
    if row["SS"] and draw(st.integers(0, 4)) == 0 and rate != -2:
        return row | {"AMT": 0.0, "RATE": rate or 3.0}
    if row["SS"] or draw(st.booleans()):
        interval = draw(st.sampled_from([0.5, 6.0, 8.0, 12.0, 24.0]))
        row |= {"II": interval, "ADDL": draw(st.integers(0 if row["SS"] else 1, 5))}
    return row


@st.composite
def tables(draw, dose, least=1, most=5, **changing):
    """Records of one patient by time, those of one time in any order; `changing` constants take values by record."""
    some = draw(st.lists(dose, min_size=least, max_size=most))
    seen = draw(st.lists(observations(), min_size=1, max_size=6))
    shuffled = draw(st.permutations([*some, *seen]))
    records = sorted(shuffled, key=lambda r: r["TIME"])
    last = PLAIN | {"TIME": max(60.0, records[-1]["TIME"])}
    records = [*records, last]
    return [r | {name: draw(st.sampled_from(values)) for name, values in changing.items()} for r in records]


RESETS = st.one_of(
    doses(evid=(1, 4)),
    hours.map(lambda t: PLAIN | {"TIME": t, "EVID": 3}),
    hours.map(lambda t: PLAIN | {"TIME": t, "EVID": 3}),
)


@given(st.lists(tables(doses()), min_size=1, max_size=3))
@FEW
def test_boluses_infusions_and_further_doses_in_record_order(nonmem, patients):
    compare(nonmem, patients)


@given(st.lists(tables(RESETS, most=6), min_size=1, max_size=3))
@FEW
def test_resets_end_infusions_and_further_doses(nonmem, patients):
    compare(nonmem, patients)


@given(st.lists(tables(doses(steady=(0, 1, 2), evid=(1, 1, 1, 4))), min_size=1, max_size=2))
@FEW
def test_steady_states_of_every_kind(nonmem, patients):
    compare(nonmem, patients, largest=1000.0)


LAGS = {f"lag_{state}": [0.0, 0.5, 0.7, 5.0, 13.0] for state in STATES}
SHARES = {f"F_{state}": [1.0, 0.4, 1.3] for state in STATES}
MODELLED = {f"rate_{state}": [4.0, 25.0] for state in STATES} | {
    f"duration_{state}": [0.5, 3.0, 14.0] for state in STATES
}
CHANGING = {"cl": [1.0, 2.5, 6.0], "v": [15.0, 30.0], "ka": [0.5, 2.0]}


def fixed(draw, values):
    """One value of each for the whole course of a patient."""
    return {name: [draw(st.sampled_from(several))] for name, several in values.items()}


@st.composite
def own_tables(draw, dose, values, **rest):
    """Records of a patient with dose parameters of its own, the same at every record."""
    return draw(tables(dose, **fixed(draw, values), **rest))


@given(
    st.lists(
        own_tables(doses(rates=(0.0, 20.0), steady=(0, 0, 1, 2), evid=(1, 1, 4)), LAGS | SHARES), max_size=2, min_size=1
    )
)
@FEW
def test_lag_and_bioavailability_with_steady_states_and_resets(nonmem, patients):
    compare(nonmem, patients, largest=1000.0)


@given(
    st.lists(
        own_tables(doses(rates=(-1.0, -2.0, 0.0), steady=(0, 0, 1, 2)), LAGS | SHARES | MODELLED),
        max_size=2,
        min_size=1,
    )
)
@FEW
def test_modelled_rates_and_durations(nonmem, patients):
    compare(nonmem, patients, largest=1000.0)


@given(st.lists(tables(RESETS, **CHANGING), min_size=1, max_size=2), st.sampled_from(["locf", "nocb"]))
@FEW
def test_constants_that_change_in_time(nonmem, patients, carry):
    compare(nonmem, patients, carry=carry)


@given(
    st.lists(
        tables(
            doses(rates=(-1.0, -2.0, 0.0, 20.0), steady=(0, 0, 0, 1, 2), evid=(1, 1, 4)),
            **CHANGING,
            **LAGS,
            **SHARES,
            **MODELLED,
        ),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from(["locf", "nocb"]),
)
@FEW
def test_everything_at_once(nonmem, patients, carry):
    compare(nonmem, patients, carry=carry, largest=2000.0)
