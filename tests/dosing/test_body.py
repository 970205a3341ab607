"""Measures of the body: published and recomputed body surface area, units, and covariates that are missing."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.body import Body, mosteller, typical


def test_mosteller_at_a_point_worked_by_hand():
    assert mosteller(np.array([80.0]), np.array([180.0]))[0] == 2.0


@given(st.floats(5, 250), st.floats(50, 230))
def test_mosteller_is_symmetric_and_scales_as_a_root(weight, height):
    one = mosteller(np.array([weight]), np.array([height]))[0]
    assert one == pytest.approx(math.sqrt(weight * height) / 60)
    assert mosteller(np.array([4 * weight]), np.array([height]))[0] == pytest.approx(2 * one)


def test_body_surface_area_is_derived_or_given(model):
    frame = pd.DataFrame({"weight": [80.0], "height": [180.0]})
    assert Body(frame, model).value("body_surface_area", "m2", "x").tolist() == [2.0]
    given_area = frame.assign(body_surface_area=1.7)
    assert Body(given_area, model).value("body_surface_area", "m2", "x").tolist() == [1.7]


def test_columns_are_in_the_declared_unit(model):
    frame = pd.DataFrame({"height": [1.8], "creatinine_clearance": [6.0]})
    body = Body(frame, model, {"height": "m", "creatinine_clearance": "L/h"})
    assert body.value("height", "cm", "x")[0] == pytest.approx(180.0)
    assert body.value("creatinine_clearance", "mL/min", "x")[0] == pytest.approx(100.0)


def test_the_model_declares_the_unit_of_its_covariates(model):
    row = dataclasses.replace(model.rows["creatinine_clearance"], unit="L/h", value=6.0)
    other = dataclasses.replace(model, rows={**model.rows, "creatinine_clearance": row})
    frame = pd.DataFrame({"creatinine_clearance": [3.0]})
    assert Body(frame, other).value("creatinine_clearance", "mL/min", "x")[0] == pytest.approx(50.0)


def test_a_missing_covariate_is_named(model):
    with pytest.raises(UnknownName, match=r"no covariate 'weight'\n  did you mean 'weigth'\? they have: weigth"):
        Body(pd.DataFrame({"weigth": [70.0]}), model).value("weight", "kg", "plerixafor 1 mg/kg sc once")
    with pytest.raises(UnknownName, match="no covariate 'height'"):
        Body(pd.DataFrame({"weight": [70.0]}), model).value("body_surface_area", "m2", "x")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -70.0])
def test_a_weight_that_is_none_names_the_patient(model, bad):
    frame = pd.DataFrame({"weight": [70.0, bad, 80.0]}, index=[7, 8, 9])
    with pytest.raises(BadInput, match=f"weight of patient 8 is {bad:g}\n  1 of 3 patients"):
        Body(frame, model).value("weight", "kg", "x")


def test_no_renal_function_is_a_value(model):
    assert Body(pd.DataFrame({"creatinine_clearance": [0.0]}), model).value("creatinine_clearance", "mL/min", "x") == 0


def test_text_is_not_a_measure(model):
    with pytest.raises(BadInput, match="'weight' is not a number"):
        Body(pd.DataFrame({"weight": ["heavy"]}), model).value("weight", "kg", "x")


def test_a_covariate_without_a_unit_is_refused(model):
    with pytest.raises(BadInput, match="unit of covariate 'lines' is not known"):
        Body(pd.DataFrame({"lines": [3.0]}), model).value("lines", "1", "x")


def test_typical_patients_have_reference_values_in_declared_units(model):
    assert typical(model).to_dict("list") == {"weight": [70.0], "creatinine_clearance": [100.0]}


def test_typical_patients_follow_internal_parameters(model):
    frame = typical(model, {"weight": np.array([60.0, 90.0]), "creatinine_clearance": np.array([3.0, 6.0])})
    assert frame["weight"].tolist() == [60, 90]
    assert frame["creatinine_clearance"].tolist() == pytest.approx([50, 100])
