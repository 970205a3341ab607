"""integrate: axes, units, patients, doses and tables, and what it refuses before anything is computed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.errors import BadInput, UnknownName, UnmoorError
from unmoor.dosing import Events, Regimen
from unmoor.engine import ensemble, integrate
from unmoor.engine.outcome import Status
from unmoor.model import load_model


@pytest.fixture(scope="module")
def pk(model):
    """One compartment whose table speaks of umol, uM and 1/min, while the engine counts nmol, nM and 1/h."""
    return model(
        {"central": "-k*central"},
        initial={"central": "0"},
        constants={"k": 0.6, "v": 2.0},
        assignments={"concentration": "central/v"},
        outputs=["concentration"],
        name="one",
        factors={"central": 1e3, "concentration": 1e3, "k": 60.0, "v": 1.0},
        units={"central": "umol", "concentration": "uM", "k": "1/min", "v": "L"},
        aliases={"drug.k": "k"},
        species={"central": ("central", "concentration"), "lost": ("lost", "")},
    )


@pytest.fixture(scope="module")
def plerixafor():
    return load_model("plerixafor_pk")


def bolus(time=0.0, umol=10.0) -> pd.DataFrame:
    """A dose for one patient nobody describes."""
    return pd.DataFrame({"TIME": [time], "AMT": [umol], "CMT": ["central"]})


def boluses(patient, time=0.0, umol=10.0) -> Events:
    return Events.bolus(patient, time, "central", np.asarray(umol) * 1e3)


# Shape, names and units.


def test_one_patient_has_a_time_axis_only(pk):
    found = integrate(pk, events=bolus(), hours=10)
    assert isinstance(found, xr.Dataset)
    assert dict(found.sizes) == {"time": 101}
    assert list(found.data_vars) == ["concentration"]
    assert found.attrs["model"] == "one"
    assert int(found["status"]) == Status.OK
    np.testing.assert_allclose(found["time"], np.linspace(0, 10, 101))
    assert found["time"].attrs["units"] == "h"


def test_values_and_units_are_those_the_model_declares(pk):
    found = integrate(pk, events=bolus(), times=[0, 1, 5], outputs=["concentration", "central", "k"])
    assert {name: found[name].attrs["units"] for name in found.data_vars} == {
        "concentration": "uM", "central": "umol", "k": "1/min",
    }  # fmt: skip
    np.testing.assert_allclose(found["central"], 10 * np.exp([0, -0.6, -3.0]), rtol=1e-5)
    np.testing.assert_allclose(found["concentration"], 5 * np.exp([0, -0.6, -3.0]), rtol=1e-5)
    np.testing.assert_allclose(found["k"], 0.01)


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_parameters_are_in_declared_units_and_make_patients(pk, kind):
    given = kind({"drug.k": np.array([0.01, 0.02, 0.04]), "central": np.array([1.0, 2.0, 3.0])})
    found = integrate(pk, parameters=given, times=[0.0, 1.0])
    assert dict(found.sizes) == {"patient": 3, "time": 2}
    assert found["concentration"].dims == ("patient", "time")
    exact = np.array([1.0, 2.0, 3.0]) / 2 * np.exp(-60 * np.array([0.01, 0.02, 0.04]))
    np.testing.assert_allclose(found["concentration"][:, 1], exact, rtol=1e-5)
    assert found["status"].dims == ("patient",)


def test_patients_keep_the_labels_of_the_table(pk):
    table = pd.DataFrame({"v": [1.0, 2.0]}, index=["anna", "ben"])
    found = integrate(pk, events=boluses([0, 1]), parameters=table, times=[0.0])
    assert float(found["concentration"].sel(patient="ben")[0]) == pytest.approx(5.0)
    one = integrate(pk, events=bolus(), parameters=table.loc[["anna"]], times=[0.0])
    assert dict(one.sizes) == {"patient": 1, "time": 1}  # a table of one row is a table
    assert one["patient"].values.tolist() == ["anna"]


def test_one_value_for_all_describes_no_patient(pk):
    found = integrate(pk, parameters={"k": 0.0, "central": 4.0}, times=[0.0, 9.0])
    assert dict(found.sizes) == {"time": 2}
    np.testing.assert_allclose(found["concentration"], 2.0)


def test_events_alone_make_patients(pk):
    found = integrate(pk, events=boluses([0, 2], 0.0, [1.0, 3.0]), times=[0.0])
    np.testing.assert_allclose(found["concentration"][:, 0], [0.5, 0.0, 1.5])
    assert dict(integrate(pk, events=boluses(0), times=[0.0]).sizes) == {"patient": 1, "time": 1}
    assert dict(integrate(pk, events=Events.none(), times=[0.0]).sizes) == {"time": 1}


def test_amounts_and_concentrations_of_species(pk):
    found = integrate(pk, events=bolus(), times=[0.0], amounts=["central"])
    assert list(found.data_vars) == ["central"]
    assert float(found["central"][0]) == pytest.approx(10.0)
    found = integrate(pk, events=bolus(), times=[0.0], concentrations=["central"], outputs=["k"])
    assert float(found["central"][0]) == pytest.approx(5.0)
    assert set(found.data_vars) == {"central", "k"}


def test_hours_give_about_ten_points_an_hour(pk):
    for hours, points in ((1, 101), (48, 481), (5000, 2001)):
        assert integrate(pk, hours=hours).sizes["time"] == points


def test_debug_tells_of_the_steps(pk):
    plain = integrate(pk, events=bolus(), hours=10)
    told = integrate(pk, events=bolus(), hours=10, debug=True)
    assert "steps" not in plain.coords
    assert int(told["steps"]) > int(told["rejected"]) >= 0
    xr.testing.assert_equal(plain, told.drop_vars([name for name in told.coords if name not in plain.coords]))


def test_a_tighter_tolerance_is_more_accurate_and_costs_more(pk):
    exact = 5 * math.exp(-6)
    found = [integrate(pk, events=bolus(), times=[10.0], rtol=r, atol=r * 1e-3, debug=True) for r in (1e-3, 1e-9)]
    errors = [abs(float(one["concentration"][0]) - exact) for one in found]
    assert errors[1] < 1e-3 * errors[0]
    assert int(found[1]["steps"]) > int(found[0]["steps"])


def test_a_failed_patient_is_nan_with_a_status_that_has_a_sentence(model):
    blow_up = model({"y": "y**2"}, initial={"y": "1"})
    found = integrate(blow_up, parameters={"y": [1.0, 0.1]}, times=[0.0, 2.0])
    assert found["status"].values[0] in (Status.TOO_SMALL_STEP, Status.UNSTABLE)
    assert found["status"].values[1] == Status.OK
    assert np.isnan(found["y"][0]).all()
    np.testing.assert_allclose(found["y"][1], [0.1, 0.125], rtol=1e-5)
    meaning = found["status"].attrs["meaning"]
    assert all(int(code) in meaning for code in found["status"])


# Doses.


def test_an_output_at_a_dose_shows_the_state_after_it(pk):
    for times in ([3.0], [0.0, 3.0], [0.0, 3.0, 3.0, 4.0]):
        found = integrate(pk, events=bolus(time=3.0), times=times)
        assert float(found["concentration"].sel(time=3.0).values.ravel()[0]) == pytest.approx(5.0)


def test_a_dose_before_time_zero_is_not_forgotten(pk):
    found = integrate(pk, events=boluses(0, -2.0), times=[1.0])
    assert float(found["concentration"][0, 0]) == pytest.approx(5 * math.exp(-1.8), rel=1e-5)


def test_outputs_may_begin_after_the_first_doses(pk):
    found = integrate(pk, events=bolus(time=1.0), times=[4.0])
    assert float(found["concentration"][0]) == pytest.approx(5 * math.exp(-1.8), rel=1e-5)


def test_an_infusion_needs_no_declaration(pk):
    table = bolus(umol=6.0).assign(RATE=3.0)
    found = integrate(pk, events=table, times=[2.0])
    assert float(found["concentration"][0]) == pytest.approx(3 / 0.6 * (1 - math.exp(-1.2)) / 2, rel=1e-5)


def test_a_table_of_doses(pk):
    table = pd.DataFrame(
        {
            "ID": [7, 7, 3],
            "TIME": [0.0, 6.0, 0.0],
            "EVID": [1, 0, 1],
            "AMT": [10.0, 0.0, 20.0],
            "CMT": "central",
            "RATE": [0.0, 0.0, 5.0],
            "ADDL": [1, 0, 0],
            "II": [4.0, 0.0, 0.0],
        }
    )
    found = integrate(pk, events=table, times=[0.0, 2.0, 4.0])
    assert found["patient"].values.tolist() == [7, 3]
    first, second = found["concentration"].values
    np.testing.assert_allclose(first, 5 * np.array([1, math.exp(-1.2), 1 + math.exp(-2.4)]), rtol=1e-5)
    np.testing.assert_allclose(second, 2.5 / 0.6 * (1 - np.exp([0, -1.2, -2.4])), rtol=1e-5, atol=1e-9)


def test_a_table_of_doses_for_described_patients(pk):
    table = pd.DataFrame({"ID": [2, 1], "TIME": 0.0, "AMT": [10.0, 20.0], "CMT": "central"})
    parameters = pd.DataFrame({"v": [1.0, 4.0]}, index=[1, 2])
    found = integrate(pk, events=table, parameters=parameters, times=[0.0])
    np.testing.assert_allclose(found["concentration"][:, 0], [20.0, 2.5])
    assert found["patient"].values.tolist() == [1, 2]


def test_a_table_without_id_is_one_patient(pk):
    found = integrate(pk, events=bolus(umol=4.0), times=[0.0])
    assert dict(found.sizes) == {"time": 1}
    assert float(found["concentration"][0]) == pytest.approx(2.0)


def test_a_regimen_as_text_or_value(plerixafor):
    text = "plerixafor 0.24 mg/kg sc once"
    found = integrate(plerixafor, text, hours=24, outputs=["plerixafor_depot", "plerixafor_concentration"])
    weight, fraction = plerixafor.constants["weight"], plerixafor.constants["plerixafor_bioavailability"]
    nmol = 0.24 * weight / 502.79 * 1e6 * fraction
    assert float(found["plerixafor_depot"][0]) == pytest.approx(nmol, rel=1e-4)
    assert float(found["plerixafor_concentration"].max()) > 100
    xr.testing.assert_equal(
        found,
        integrate(
            plerixafor, Regimen.of(text), hours=24, outputs=["plerixafor.depot", "plerixafor_concentration"]
        ).rename({"plerixafor.depot": "plerixafor_depot"}),
    )


def test_a_dose_per_kg_follows_the_patients_weight(plerixafor):
    table = pd.DataFrame({"weight": [50.0, 100.0]})
    found = integrate(
        plerixafor, "plerixafor 0.24 mg/kg sc once", parameters=table, times=[0.0], outputs=["plerixafor.depot"]
    )
    first, second = found["plerixafor.depot"].values[:, 0]
    assert second == pytest.approx(2 * first)


def test_bioavailability_of_each_patient(plerixafor):
    dose, name = "plerixafor 20 mg sc once", "plerixafor.bioavailability"
    found = integrate(plerixafor, dose, parameters={name: [0.5, 1.0]}, times=[0.0], outputs=["plerixafor.depot"])
    np.testing.assert_allclose(
        found["plerixafor.depot"].values[:, 0], 20 / 502.79 * 1e6 * np.array([0.5, 1.0]), rtol=1e-4
    )


# Refusals, before anything is computed.

TABLE = bolus()


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({}, BadInput, "time span is not given once"),
        ({"hours": 3, "times": [1.0]}, BadInput, "time span is not given once"),
        ({"hours": 0}, BadInput, "hours=0"),
        ({"hours": -2.0}, BadInput, "hours=-2.0"),
        ({"hours": math.inf}, BadInput, "hours=inf"),
        ({"times": []}, BadInput, "at least one"),
        ({"times": [2.0, 1.0]}, BadInput, "sorted"),
        ({"times": [0.0, math.nan]}, BadInput, "finite"),
        ({"hours": 1, "rtol": 0}, BadInput, "rtol 0 and atol 1e-09 are not usable"),
        ({"hours": 1, "rtol": 2.0}, BadInput, "rtol 2 "),
        ({"hours": 1, "atol": -1.0}, BadInput, "atol -1 "),
        ({"hours": 1, "rtol": math.nan}, BadInput, "rtol nan"),
        ({"hours": 1, "dose": "no treatment", "events": TABLE}, BadInput, "both a regimen and an event table"),
        ({"hours": 1, "outputs": ["concentraton"]}, UnknownName, "did you mean 'concentration'"),
        ({"hours": 1, "amounts": ["centrl"]}, UnknownName, "did you mean 'central'"),
        ({"hours": 1, "amounts": ["k"]}, UnknownName, "unknown species 'k'"),
        ({"hours": 1, "outputs": []}, BadInput, "reports nothing"),
        (
            {"hours": 1, "amounts": ["central"], "concentrations": ["central"]},
            BadInput,
            "'central' is asked for in two",
        ),
        ({"hours": 1, "parameters": {"clearance": 1.0}}, UnknownName, "unknown symbol 'clearance'"),
        ({"hours": 1, "parameters": {"concentration": 1.0}}, BadInput, "cannot be given"),
        ({"hours": 1, "parameters": {"k": [1.0, 2.0], "v": [1.0]}}, BadInput, r"\[1, 2\] rows"),
        ({"hours": 1, "parameters": {"k": [1.0, math.nan]}}, BadInput, "'k' of patient 1 is not a finite number"),
        ({"hours": 1, "parameters": {"k": ["fast", "slow"]}}, BadInput, "'k' is not a number"),
        ({"hours": 1, "parameters": {"k": [[1.0]]}}, BadInput, "'k' has 2 axes"),
        ({"hours": 1, "parameters": {"k": 1.0, "drug.k": 2.0}}, BadInput, "'k' is given twice"),
        ({"hours": 1, "dose": "plerixafor 0.24 mg/kg sc once"}, UnknownName, "plerixafor"),
        ({"hours": 1, "dose": "paracetamol 1 g sc once"}, UnmoorError, "paracetamol"),
        ({"hours": 1, "events": Events.bolus(0, 0.0, "depot", 1.0)}, UnmoorError, "depot"),
        (
            {"hours": 1, "events": Events.bolus(5, 0.0, "central", 1.0), "parameters": {"k": [1.0]}},
            BadInput,
            "patient 5",
        ),
        ({"hours": 1, "events": TABLE.assign(CMT="depot")}, UnknownName, "depot"),
        ({"hours": 1, "events": TABLE.assign(AMT=-1.0)}, BadInput, "AMT"),
        ({"hours": 1, "events": TABLE.assign(EVID=9)}, BadInput, "EVID"),
        ({"hours": 1, "events": TABLE.assign(ID=4), "parameters": {"k": [1.0, 2.0]}}, UnmoorError, "4"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(pk, monkeypatch, arguments, error, match):
    monkeypatch.setattr(ensemble, "driver", lambda: pytest.fail("something was computed"))
    with pytest.raises(error, match=match):
        integrate(pk, **arguments)


# SBML files: they have no tables, and name what they like.

SBML = """<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfCompartments><compartment id="V" size="4" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="V" initialAmount="8" hasOnlySubstanceUnits="false" constant="false"
boundaryCondition="false"/></listOfSpecies><listOfParameters><parameter id="time" value="3" constant="true"/>
<parameter id="status" value="5" constant="true"/></listOfParameters></model></sbml>"""


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    file = tmp_path_factory.mktemp("sbml") / "file.xml"
    file.write_text(SBML)
    return load_model(file)


def test_an_sbml_file_reports_all_it_names(filed):
    found = integrate(filed, times=[0.0, 1.0], amounts=["S"])
    last = {name: float(found[name][-1]) for name in found.data_vars}
    assert last == {"S": 8.0, "V": 4.0, "time": 3.0, "status": 5.0}
    assert float(integrate(filed, times=[0.0], concentrations=["S"])["S"][0]) == 2.0


def test_coordinates_give_way_to_outputs_of_their_name(filed):
    found = integrate(filed, times=[0.0, 1.0], outputs=["time", "status"])
    np.testing.assert_array_equal(found["time_"], [0.0, 1.0])
    np.testing.assert_array_equal(found["time"], [3.0, 3.0])
    assert int(found["status_"]) == Status.OK
    assert integrate(filed, times=[0.0], outputs=["V"])["time"].dims == ("time",)


def test_compartments_have_one_value_whichever_way(filed):
    found = integrate(filed, times=[0.0], amounts=["S", "V"], concentrations=["status"], outputs=[])
    assert (float(found["V"][0]), float(found["status"][0])) == (4.0, 5.0)
