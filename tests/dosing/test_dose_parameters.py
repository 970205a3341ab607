"""Names of dose parameters, which symbols of a model they are, and what the model works out from constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import Unsupported
from unmoor.dosing.dose_parameters import DoseParameter, dose_parameter, named_in, worked_out
from unmoor.model.expression import Call, Number, Symbol


@pytest.mark.parametrize(
    ("name", "kind", "state"),
    [
        ("F_counter", "bioavailability", "counter"),
        ("f_counter", "bioavailability", "counter"),
        ("lag_plerixafor_depot", "lag", "plerixafor_depot"),
        ("lag_plerixafor.depot", "lag", "plerixafor_depot"),
        ("ALAG_counter", "lag", "counter"),
        ("rate_counter", "rate", "counter"),
        ("R_counter", "rate", "counter"),
        ("duration_counter", "duration", "counter"),
        ("D_counter", "duration", "counter"),
        ("F1", "bioavailability", "plerixafor_depot"),
        ("ALAG2", "lag", "plerixafor_central"),
        ("R5", "rate", "counter"),
        ("D5", "duration", "counter"),
    ],
)
def test_names(model, name, kind, state):
    assert dose_parameter(name, model) == DoseParameter(kind, state)


@pytest.mark.parametrize(
    "name", ["F", "F0", "F6", "f1", "lag", "lag_", "lag_nowhere", "G_counter", "counter", "lag1", "F_1"]
)
def test_names_that_are_none(model, name):
    assert dose_parameter(name, model) is None


def test_as_text_and_in_internal_units(model):
    rate = DoseParameter("rate", "counter")
    assert str(rate) == "rate_counter"
    assert rate.factor(model) == 1000.0  # umol/h
    assert DoseParameter("lag", "counter").factor(model) == 1.0


def _with(model, rates=None, initial=None, assignments=None, **constants):
    return replace(
        model,
        rates=dict(model.rates) | (rates or {}),
        initial=dict(model.initial) | (initial or {}),
        assignments=dict(model.assignments) | (assignments or {}),
        constants=dict(model.constants) | constants,
    )


def test_symbols_of_a_model_are_parameters_by_their_name(model):
    own = _with(model, {}, {}, {"F_counter": Call("mul", (Number(0.5), Symbol("weight")))}, ALAG1=0.5, lag_counter=1.0)
    assert named_in(own) == {
        DoseParameter("lag", "plerixafor_depot"): ["ALAG1"],
        DoseParameter("lag", "counter"): ["lag_counter"],
        DoseParameter("bioavailability", "counter"): ["F_counter"],
    }


@pytest.mark.parametrize("place", ["rates", "initial"])
def test_a_symbol_that_equations_use_has_its_meaning_there(model, place):
    through = {"twice": Call("mul", (Number(2.0), Symbol("F1")))}
    used = _with(model, **{place: {"counter": Symbol("twice")}}, assignments=through, F1=0.5, F2=0.7)
    assert named_in(used) == {DoseParameter("bioavailability", "plerixafor_central"): ["F2"]}
    reported = _with(model, assignments=through, F1=0.5)
    assert list(named_in(reported)) == [DoseParameter("bioavailability", "plerixafor_depot")]


def test_what_the_model_works_out_from_constants(model):
    own = _with(model, assignments={"half": Call("div", (Symbol("weight"), Number(2.0))), "F5": Symbol("half")})
    given = {"weight": np.array([70.0, 50.0])}
    assert worked_out("F5", own, lambda name: given[name], "here").tolist() == [35, 25]
    assert worked_out("weight", own, lambda name: given[name], "here").tolist() == [70, 50]


@pytest.mark.parametrize("on", ["counter", "time"])
def test_what_changes_as_the_model_runs_is_refused(model, on):
    own = _with(model, assignments={"F5": Call("mul", (Number(2.0), Symbol(on)))})
    with pytest.raises(Unsupported, match=f"here: 'F5' of a dose depends on '{on}'"):
        worked_out("F5", own, lambda name: 1.0, "here")
