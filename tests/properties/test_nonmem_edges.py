"""Corners of event tables that are easily got wrong, each against the sum of exponentials it stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor import integrate, load_model

K = 0.2
SBML = """<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="one">
<listOfCompartments><compartment id="v" size="1" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="a" compartment="v" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false"
constant="false"/></listOfSpecies><listOfParameters><parameter id="k" value="0.2" constant="true"/></listOfParameters>
<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="a" stoichiometry="1"
constant="true"/></listOfReactants><kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>k</ci>
<ci>a</ci></apply></math></kineticLaw></reaction></listOfReactions></model></sbml>"""
TIGHT = {"rtol": 1e-9, "atol": 1e-12, "amounts": ["a"]}


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("one") / "one.xml"
    path.write_text(SBML)
    return load_model(path)


def table(text: str) -> pd.DataFrame:
    """A table from its lines, the first of which names the columns; a dot is an empty cell."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    return pd.DataFrame(rows, columns=head)


def fall(t):
    """What a unit bolus at 0 has left at `t` (h)."""
    return np.where(np.asarray(t) >= 0, np.exp(-K * np.asarray(t, dtype=float)), 0.0)


def ever(t, interval):
    """A unit bolus every `interval` h since ever, the last at 0, for t in [0, interval)."""
    return np.exp(-K * np.asarray(t, dtype=float)) / -np.expm1(-K * interval)


def test_an_observation_at_a_dose_sees_what_stands_before_it(one):
    """With `times` the state after the dose; at records what their order says."""
    rows = "TIME EVID AMT CMT\n0 0 . 1\n0 1 10 1\n0 0 . 1\n3 1 10 1\n3 0 . 1\n3 1 1 1\n3 0 . 1\n3 2 . 1\n"
    found = integrate(one, events=table(rows), **TIGHT)["a"]
    left = 10 * np.exp(-3 * K)
    np.testing.assert_allclose(found, [0, 10, left + 10, left + 11, left + 11], rtol=1e-7, atol=1e-9)
    grid = integrate(one, events=table(rows), times=[0.0, 3.0], **TIGHT)["a"]
    np.testing.assert_allclose(grid, [10, left + 11], rtol=1e-7)


def test_a_lag_longer_than_the_interval_of_a_steady_state(one):
    """Doses every 4 h, late by 10 h: two of them are still on their way at the record, and the record's own."""
    rows = "TIME EVID AMT CMT II SS ALAG1\n0 1 5 1 4 1 10\n" + "".join(
        f"{t} 0 . 1 . . 10\n" for t in (0, 1, 3, 7, 11, 15)
    )
    found = integrate(one, events=table(rows), **TIGHT)["a"]
    # doses enter at 10 - 4 n h; the last of them at 10 h
    exact = [5 * sum(float(fall(t - 10 + 4 * n)) for n in range(200)) for t in (0, 1, 3, 7, 11, 15)]
    np.testing.assert_allclose(found, exact, rtol=1e-6)


def test_a_second_regimen_is_added_to_the_first_one(one):
    """SS 1 of 10 every 12 h, and with SS 2 another of 3 every 24 h: morning and evening doses of two sizes."""
    rows = "TIME EVID AMT CMT II SS\n0 1 10 1 12 1\n6 1 3 1 24 2\n6 0 . 1 . .\n9 0 . 1 . .\n"
    found = integrate(one, events=table(rows), **TIGHT)["a"]
    exact = [10 * ever(t, 12) + 3 * ever(t - 6, 24) for t in (6, 9)]
    np.testing.assert_allclose(found, exact, rtol=1e-6)
    again = table("TIME EVID AMT CMT II SS\n0 1 10 1 12 1\n6 1 3 1 24 1\n6 0 . 1 . .\n")
    np.testing.assert_allclose(integrate(one, events=again, **TIGHT)["a"], 3 * ever(0, 24), rtol=1e-6)


def test_a_reset_may_set_time_back_below_zero(one):
    rows = "ID TIME EVID AMT CMT\n1 0 1 10 1\n1 5 0 . 1\n1 -3 3 . 1\n1 -2 1 4 1\n1 -1 0 . 1\n1 2 0 . 1\n"
    rows += "1 -9 4 7 1\n1 0 0 . 1\n"
    found = integrate(one, events=table(rows), **TIGHT)
    exact = [10 * fall(5), 4 * fall(1), 4 * fall(4), 7 * fall(9)]
    np.testing.assert_allclose(found["a"], exact, rtol=1e-7)
    assert found["time"].values.tolist() == [5.0, -1.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("columns", "exact"),
    [
        ("F1 0.5 RATE 0", lambda t: 5 * fall(t)),
        ("ALAG1 1.5 RATE 0", lambda t: 10 * fall(t - 1.5)),
        ("R1 4 RATE -1", lambda t: 4 / K * (1 - fall(np.minimum(t, 2.5))) * np.exp(-K * np.maximum(t - 2.5, 0))),
        ("D1 4 RATE -2", lambda t: 2.5 / K * (1 - fall(np.minimum(t, 4))) * np.exp(-K * np.maximum(t - 4, 0))),
        ("D1 4 RATE -2 F1 0.5", lambda t: 1.25 / K * (1 - fall(np.minimum(t, 4))) * np.exp(-K * np.maximum(t - 4, 0))),
        (
            "R1 4 RATE -1 F1 0.5",
            lambda t: 4 / K * (1 - fall(np.minimum(t, 1.25))) * np.exp(-K * np.maximum(t - 1.25, 0)),
        ),
    ],
    ids=["F1", "ALAG1", "R1", "D1", "D1 and F1", "R1 and F1"],
)
def test_parameters_of_doses_as_columns(one, columns, exact):
    cells = columns.split()
    given = dict(zip(cells[::2], map(float, cells[1::2]), strict=True))
    rows = pd.DataFrame({"TIME": [0.0], "EVID": 1, "AMT": 10.0, "CMT": 1} | given)
    times = np.array([0.5, 1.25, 2.0, 3.0, 6.0])
    found = integrate(one, events=rows, times=times, **TIGHT)["a"]
    np.testing.assert_allclose(found, exact(times), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("carry", "pieces"),
    [("locf", [(0, 2, 0.2), (2, 5, 0.6), (5, 8, 0.1)]), ("nocb", [(0, 2, 0.6), (2, 5, 0.1), (5, 8, 0.1)])],
)
def test_a_constant_carried_forward_or_backward(one, carry, pieces):
    rows = table("TIME EVID AMT CMT k\n0 1 10 1 0.2\n2 2 . 1 0.6\n5 2 . 1 0.1\n8 0 . 1 0.1\n")
    found = integrate(one, events=rows, covariates=carry, **TIGHT)["a"]
    assert float(found[-1]) == pytest.approx(10 * np.exp(-sum((b - a) * k for a, b, k in pieces)), rel=1e-7)


def test_a_file_a_frame_of_text_and_a_frame_of_numbers_are_one_table(one, tmp_path):
    text = "ID TIME EVID AMT CMT RATE ADDL II k\n7 0 1 10 1 . 2 4 0.2\n7 3 0 . . . . . 0.3\n"
    text += "2 1 1 6 1 3 . . 0.2\n2 4 2 . . . . . 0.2\n"
    frame = table(text)
    frame.to_csv(tmp_path / "table.csv", index=False)
    numbers = frame.replace(".", np.nan).astype(float)
    found = [integrate(one, events=each, **TIGHT) for each in (frame, tmp_path / "table.csv", numbers)]
    assert [each["patient"].values.tolist() for each in found] == [["7", "2"], [7, 2], [7, 2]]
    for each in found[1:]:
        xr.testing.assert_identical(found[0].drop_vars("patient"), each.drop_vars("patient"))
