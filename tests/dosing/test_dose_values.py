"""Values of dose parameters by record: from the table, the patient or the model, and what they may not be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput
from unmoor.dosing.destination import Destination
from unmoor.dosing.dose_parameters import DoseParameter
from unmoor.dosing.dose_values import DoseValues
from unmoor.dosing.table_columns import read_columns
from unmoor.model.expression import Call, Symbol

LAG = DoseParameter("lag", "counter")
ALL = np.array([0, 1, 2])


def _values(model, parameters=None, doses=None, by_record=None, doses_by_record=None):
    table = pd.DataFrame({"ID": ["a", "a", "b"], "TIME": [0.0, 1.0, 0.0]})
    return DoseValues(
        model, read_columns(table, model), parameters or {}, doses or {}, by_record or {}, doses_by_record or {}
    )


def _into(**sources):
    return Destination("counter", 1.0, False, sources)


def test_the_table_comes_before_the_patient_and_the_patient_before_the_model(model):
    name = "plerixafor_lag"
    assert _values(model).constant(name, ALL).tolist() == [0.25, 0.25, 0.25]
    patient = {name: np.array([1.0, 2.0])}
    assert _values(model, patient).constant(name, ALL).tolist() == [1, 1, 2]
    assert _values(model, {name: np.float64(3.0)}).constant(name, ALL).tolist() == [3, 3, 3]
    record = {name: np.array([5.0, 6.0, 7.0])}
    assert _values(model, {}, {}, record).constant(name, ALL[::-1]).tolist() == [7, 6, 5]


def test_dose_parameters(model):
    assert _values(model).of(_into(), "lag", ALL).tolist() == [0, 0, 0]
    assert _values(model).of(_into(), "bioavailability", ALL).tolist() == [1, 1, 1]
    assert _values(model).of(_into(lag="plerixafor_lag"), "lag", ALL[:2]).tolist() == [0.25, 0.25]
    assert _values(model, {}, {LAG: np.array([1.0, 2.0])}).of(_into(lag=LAG), "lag", ALL).tolist() == [1, 1, 2]
    by_record = {LAG: np.array([3.0, 4.0, 5.0])}
    assert _values(model, doses_by_record=by_record).of(_into(lag=LAG), "lag", ALL).tolist() == [3, 4, 5]
    computed = replace(model, assignments={"twice": Call("add", (Symbol("weight"), Symbol("weight")))})
    weights = {"weight": np.array([10.0, 20.0])}
    assert _values(computed, weights).of(_into(rate="twice"), "rate", ALL).tolist() == [20, 20, 40]


def test_whether_a_parameter_can_change_in_time(model):
    changing = _values(model, by_record={"weight": ALL * 1.0}, doses_by_record={LAG: ALL * 1.0})
    assert changing.varies(_into(lag=LAG), "lag")
    assert changing.varies(_into(lag="plerixafor_lag"), "lag")
    assert not changing.varies(_into(lag=DoseParameter("lag", "plerixafor_depot")), "lag")
    assert not _values(model).varies(_into(lag="plerixafor_lag"), "lag")
    assert not changing.varies(_into(), "rate")


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("lag", -1.0, "row 3: 'lag_counter' is -1[\\s\\S]*a lag is zero or more"),
        ("bioavailability", -0.1, "row 3: 'F_counter' is -0.1"),
        ("rate", 0.0, "row 3: 'rate_counter' is 0[\\s\\S]*a rate is above zero"),
        ("duration", 0.0, "row 3: 'duration_counter' is 0"),
        ("duration", np.nan, "row 3: 'duration_counter' is nan"),
    ],
)
def test_values_that_cannot_be_meant(model, kind, value, message):
    parameter = DoseParameter(kind, "counter")
    values = _values(model, doses={parameter: np.array([1.0, value])})
    with pytest.raises(BadInput, match=message):
        values.of(_into(**{kind: parameter}), kind, ALL)


@pytest.mark.parametrize("kind", ["rate", "duration"])
def test_a_rate_or_duration_that_nobody_gives(model, kind):
    with pytest.raises(BadInput, match=f"row 1: RATE leaves the {kind} to the model[\\s\\S]*name it {kind}_counter"):
        _values(model).of(_into(), kind, ALL[:1])


def test_amounts_into_concentrations_are_divided_by_the_size(model):
    species = {"counter": ("counter__amount", "counter")}
    assignments = {"counter__amount": Call("mul", (Symbol("counter"), Symbol("weight")))}
    own = replace(model, species=species, assignments=assignments)
    into = Destination("counter", 1.0, True, {})
    assert _values(own, {"weight": np.array([10.0, 20.0])}).size(into, ALL).tolist() == [10, 10, 20]
    assert _values(own).size(_into(), ALL).tolist() == [1, 1, 1]
    with pytest.raises(BadInput, match="row 3: the compartment of 'counter' has size 0"):
        _values(own, {"weight": np.array([10.0, 0.0])}).size(into, ALL)
    with pytest.raises(BadInput, match="'counter' is a concentration in a compartment without a size"):
        _values(replace(own, species={"counter": ("", "counter")})).size(into, ALL)
