"""Event tables through `integrate`: files, patients, changing constants, dose parameters, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.dose_parameters import DoseParameter
from unmoor.engine import integrate
from unmoor.engine.table_curves import set_apart
from unmoor.model import load_model

ROW = {"TIME": 0.0, "EVID": 0, "AMT": 0.0, "CMT": "central", "RATE": 0.0}
DOSE = ROW | {"EVID": 1, "AMT": 10.0}
TIGHT = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def pk(model):
    """One compartment in umol, umol/L and 1/h."""
    return model(
        {"central": "-cl/v*central"},
        constants={"cl": 0.6, "v": 2.0},
        assignments={"concentration": "central/v"},
        outputs=["concentration"],
        name="one",
        factors={"central": 1e3, "concentration": 1e3, "cl": 60.0},
        units={"central": "umol", "concentration": "uM", "cl": "L/min", "v": "L"},
        aliases={"drug.v": "v"},
    )


def _table(*rows):
    return pd.DataFrame(rows)


# Shapes.


def test_a_grid_has_the_axes_of_any_integration(pk):
    alone = integrate(pk, events=_table(DOSE), times=[0.0, 1.0])
    assert alone["concentration"].dims == ("time",)
    people = integrate(pk, events=_table({"ID": "b"} | DOSE, {"ID": "a"} | DOSE), times=[0.0, 1.0])
    assert people["concentration"].dims == ("patient", "time")
    assert people["patient"].values.tolist() == ["b", "a"]


def test_without_times_the_records_of_the_table_are_the_axis(pk):
    rows = [
        {"ID": "b"} | DOSE,
        {"ID": "b", "TIME": 1.0} | {"EVID": 2},
        {"ID": "a"} | ROW,
        {"ID": "a"} | DOSE,
        {"ID": "a"} | ROW,
    ]
    found = integrate(pk, events=_table(*rows).fillna({"AMT": 0, "RATE": 0}), **TIGHT, debug=True)
    assert found["concentration"].dims == ("record",)
    assert found["row"].values.tolist() == [2, 3, 5]
    assert found["patient"].values.tolist() == ["b", "a", "a"]
    assert found["time"].values.tolist() == [1.0, 0.0, 0.0]
    assert found["status"].values.tolist() == [0, 0, 0]
    assert found["steps"].values[0] > 0
    assert found["concentration"].attrs["units"] == "uM"
    np.testing.assert_allclose(found["concentration"], [5e3 * np.exp(-0.3) / 1e3, 0, 5], rtol=1e-8, atol=1e-12)
    frame = found.drop_dims("course").to_dataframe()  # the steps, which are no records, aside
    assert list(frame.index) == [0, 1, 2]


def test_a_table_of_nobody_has_time_for_its_axis(pk):
    found = integrate(pk, events=_table(DOSE, ROW | {"TIME": 2.0}, ROW | {"TIME": 2.0}))
    assert found["concentration"].dims == ("time",)
    assert found["time"].values.tolist() == [2.0, 2.0]
    assert "patient" not in found.coords


def test_records_stay_in_the_order_of_the_table_whatever_the_patients(pk):
    people = pd.DataFrame({"v": [1.0, 2.0]}, index=["a", "b"])
    rows = [{"ID": "b"} | DOSE, {"ID": "b"} | ROW, {"ID": "a"} | DOSE, {"ID": "a"} | ROW]
    found = integrate(pk, events=_table(*rows), parameters=people)
    assert found["patient"].values.tolist() == ["b", "a"]
    np.testing.assert_allclose(found["concentration"], [5.0, 10.0])


def test_a_file_and_its_frame_say_the_same(pk, tmp_path):
    path = tmp_path / "doses.csv"
    path.write_text("id,time,evid,amt,cmt\n7,0,1,10,central\n7,3,0,.,.\n")
    one, two = (integrate(pk, events=events) for events in (path, pd.read_csv(path)))
    np.testing.assert_array_equal(one["concentration"], two["concentration"])
    assert integrate(pk, events=str(path), times=[3.0])["patient"].values.tolist() == [7]


# Patients.


def test_patients_of_the_parameters_by_a_column_of_ids(pk):
    people = pd.DataFrame({"ID": [11, 12], "v": [1.0, 4.0]})
    table = _table({"ID": 12} | DOSE, {"ID": 12} | ROW, {"ID": 11} | DOSE, {"ID": 11} | ROW)
    found = integrate(pk, events=table, parameters=people, times=[0.0])
    assert found["patient"].values.tolist() == [11, 12]
    np.testing.assert_allclose(found["concentration"][:, 0], [10.0, 2.5])
    assert integrate(pk, parameters=people, times=[0.0])["patient"].values.tolist() == [11, 12]
    with pytest.raises(UnknownName, match=r"row 1: unknown ID '12'[\s\S]*known: 0, 1"):
        integrate(pk, events=table, parameters=people.drop(columns="ID"), times=[0.0])
    with pytest.raises(BadInput, match="an ID of the parameters is there twice"):
        integrate(pk, events=table, parameters=people.assign(ID=11), times=[0.0])


def test_a_table_without_ids_is_for_every_patient(pk):
    found = integrate(pk, events=_table(DOSE, ROW), parameters={"v": [1.0, 2.0]}, times=[0.0])
    np.testing.assert_allclose(found["concentration"][:, 0], [10.0, 5.0])
    records = integrate(pk, events=_table(DOSE, ROW), parameters={"v": [1.0, 2.0]})
    assert records["patient"].values.tolist() == [0, 1]


def test_patients_without_records_are_not_dosed(pk):
    people = pd.DataFrame({"v": [1.0, 2.0]}, index=["a", "b"])
    found = integrate(pk, events=_table({"ID": "b"} | DOSE).assign(cl=0.0), parameters=people, times=[0.0, 9.0])
    np.testing.assert_allclose(found["concentration"], [[0, 0], [5, 5]])


# Constants that change, and parameters of doses.


def test_constants_of_a_column_are_in_their_declared_unit_and_change_at_their_records(pk):
    table = _table(DOSE, ROW | {"TIME": 1.0}, ROW | {"TIME": 3.0}).assign(cl=[0.01, 0.02, 0.05], V=[2.0, 2.0, 4.0])
    forward = integrate(pk, events=table, **TIGHT)
    np.testing.assert_allclose(forward["concentration"], [5 * np.exp(-0.3), 2.5 * np.exp(-0.3 - 1.2)], rtol=1e-8)
    backward = integrate(pk, events=table, covariates="nocb", **TIGHT)
    # from hour 1 on the volume is that of hour 3, and so is the clearance: 0.05 L/min in 4 L
    np.testing.assert_allclose(backward["concentration"], [5 * np.exp(-0.6), 2.5 * np.exp(-0.6 - 1.5)], rtol=1e-8)
    grid = integrate(pk, events=table, covariates="nocb", times=[0.0, 1.0, 2.0, 3.0], **TIGHT)
    np.testing.assert_allclose(grid["concentration"][[0, 1]], [5.0, 5 * np.exp(-0.6)], rtol=1e-8)
    np.testing.assert_allclose(grid["concentration"][2], 2.5 * np.exp(-0.6 - 0.75), rtol=1e-8)


def test_the_way_to_carry_is_refused_by_name(pk):
    with pytest.raises(UnknownName, match="unknown way to carry covariates 'linear'"):
        integrate(pk, events=_table(DOSE), times=[0.0], covariates="linear")


def test_parameters_of_doses_come_with_the_patients(pk):
    people = {"lag_central": [0.0, 1.0], "F_central": 0.5, "v": 2.0, "ID": ["x", "y"]}
    table = _table({"ID": "x"} | DOSE, {"ID": "y"} | DOSE)
    found = integrate(pk, events=table, parameters=people, times=[0.0, 1.0], **TIGHT)
    np.testing.assert_allclose(found["concentration"], [[2.5, 2.5 * np.exp(-0.3)], [0.0, 2.5]], rtol=1e-8)
    rates = integrate(
        pk, events=_table(DOSE | {"RATE": -1}), parameters={"rate_central": 5.0, "cl": 0.0}, times=[1.0, 3.0]
    )
    np.testing.assert_allclose(rates["concentration"], [2.5, 5.0])  # umol/h


def test_what_is_set_apart_of_the_parameters(pk):
    frame = pd.DataFrame({"id": [1, 2], "v": 2.0, "lag_central": [0.1, 0.2], "R1": 3.0})
    found = set_apart(pk, frame)
    assert list(found.rest) == ["v"]
    assert found.labels == [1, 2]
    assert found.doses[DoseParameter("lag", "central")].tolist() == [0.1, 0.2]
    assert found.doses[DoseParameter("rate", "central")].tolist() == [3e3, 3e3]
    same = pd.DataFrame({"v": [1.0]})
    assert set_apart(pk, same).rest is same
    assert set_apart(pk, None).rest is None
    assert set_apart(pk, {"drug.v": 1.0, "nonsense": 2.0}).rest == {"drug.v": 1.0, "nonsense": 2.0}


# Refusals.


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"parameters": {"lag_central": "soon"}}, BadInput, "parameter 'lag_central' is not a number"),
        (
            {"parameters": {"lag_central": [0.1, 0.2]}},
            BadInput,
            "'lag_central' has 2 values for 1 patients of the table",
        ),
        ({"parameters": {"lag_central": -1.0}}, BadInput, "row 1: 'lag_central' is -1"),
        ({"parameters": {"lag_centre": 1.0}}, UnknownName, "lag_centre"),
        ({"dose": "plerixafor 1 mg iv once"}, BadInput, "both a regimen and an event table"),
    ],
)
def test_refused(pk, options, kind, message):
    with pytest.raises(kind, match=message):
        integrate(pk, events=_table(DOSE), times=[0.0], **options)


def test_parameters_of_doses_without_a_table_are_refused(pk):
    with pytest.raises(BadInput, match="'lag_central' is a parameter of an event table's doses"):
        integrate(pk, parameters={"lag_central": 1.0}, times=[0.0])


def test_a_table_without_observations_needs_times(pk):
    with pytest.raises(BadInput, match=r"time span[\s\S]*EVID 0 records"):
        integrate(pk, events=_table(DOSE))


def test_an_empty_table_is_refused(pk):
    with pytest.raises(BadInput, match="the event table has no rows"):
        integrate(pk, events=_table(DOSE).iloc[:0], times=[0.0])


def test_time_that_a_reset_sets_back_is_read_at_records_only(pk):
    rows = [DOSE | {"TIME": 30.0}, ROW | {"TIME": 31.0}, DOSE | {"TIME": 0.0, "EVID": 4}, ROW | {"TIME": 1.0}]
    found = integrate(pk, events=_table(*rows), **TIGHT)
    np.testing.assert_allclose(found["concentration"], 5 * np.exp([-0.3, -0.3]), rtol=1e-8)
    with pytest.raises(Unsupported, match="row 3: TIME is 0: the reset sets time back"):
        integrate(pk, events=_table(*rows), times=[0.0, 31.0])


def test_the_library_takes_masses_by_its_drugs_routes():
    """A dose record into the depot of a library model has the bioavailability of the route that enters there."""
    model = load_model("plerixafor_pk")
    table = _table(DOSE | {"CMT": "plerixafor.depot", "AMT": 1000.0})
    found = integrate(
        model, events=table, parameters={"plerixafor.bioavailability": 0.5}, times=[0.0], outputs=["plerixafor.depot"]
    )
    assert float(found["plerixafor.depot"][0]) == pytest.approx(500.0)


SBML = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">
  <model id="m" extentUnits="mole" substanceUnits="mole" timeUnits="second" volumeUnits="litre">
    <listOfCompartments><compartment id="c" spatialDimensions="3" size="4" constant="true"/></listOfCompartments>
    <listOfSpecies>
      <species id="s" compartment="c" initialConcentration="0" hasOnlySubstanceUnits="false"
               boundaryCondition="false" constant="false"/>
    </listOfSpecies>
    <listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>
    <listOfReactions>
      <reaction id="r" reversible="false" fast="false">
        <listOfReactants><speciesReference species="s" stoichiometry="1" constant="true"/></listOfReactants>
        <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML">
          <apply><times/><ci>k</ci><ci>s</ci><ci>c</ci></apply></math></kineticLaw>
      </reaction>
    </listOfReactions>
  </model>
</sbml>"""


@pytest.mark.parametrize("rate", [0.0, 5.0])
def test_an_amount_enters_a_species_that_counts_as_a_concentration(tmp_path, rate):
    path = tmp_path / "m.xml"
    path.write_text(SBML)
    model = load_model(path)
    table = _table(DOSE | {"CMT": "s", "RATE": rate})
    options = {"amounts": ["s"], "times": [0.0, 2.0]} | TIGHT
    found = integrate(model, events=table, **options)
    exact = [10.0, 10 * np.exp(-1)] if rate == 0 else [0.0, 10 * -np.expm1(-1)]
    np.testing.assert_allclose(found["s"], exact, rtol=1e-8)
    larger = integrate(model, events=table, parameters={"c": 8.0}, **options)
    np.testing.assert_allclose(larger["s"], exact, rtol=1e-8)
    with pytest.raises(Unsupported, match="'c' changes in time and is the size of a compartment"):
        integrate(model, events=pd.concat([table.assign(c=4.0), table.assign(c=5.0)]), **options)
