"""Where a dose enters and what of it: states, bioavailability and lag per patient."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.entry import entered_state, symbol


def test_a_state_by_id_or_dotted_name(model):
    assert entered_state("plerixafor.depot", model, "x") == "plerixafor_depot"
    with pytest.raises(UnknownName, match=r"unknown symbol 'plerixafor.depto'[\s\S]*did you mean 'plerixafor_depot'"):
        entered_state("plerixafor.depto", model, "x")
    with pytest.raises(UnknownName, match=r"unknown state of model 'small' 'weight'"):
        entered_state("weight", model, "x")


def _symbol(model, name, values=None, n=2):
    return symbol(name, 1.0, "plerixafor", model, values or {}, n, "here")


def test_a_default_where_the_route_has_none(model):
    assert _symbol(model, None).tolist() == [1, 1]


def test_the_constant_of_the_model(model):
    assert _symbol(model, "bioavailability").tolist() == [0.5, 0.5]


@pytest.mark.parametrize("key", ["plerixafor_bioavailability", "plerixafor.bioavailability"])
def test_values_of_patients_come_first(model, key):
    assert _symbol(model, "bioavailability", {key: [0.2, 0.9]}).tolist() == [0.2, 0.9]
    assert _symbol(model, "bioavailability", {key: 0.3}).tolist() == [0.3, 0.3]
    assert _symbol(model, "bioavailability", {key: np.array([0.0, 1.7])}).tolist() == [0, 1.7]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([0.5, -0.1], "here: 'plerixafor_lag' of patient 1 is -0.1"),
        ([np.nan, 0.1], "of patient 0 is nan"),
        ([0.1, 0.2, 0.3], r"shape \(3,\) for 2 patients"),
    ],
)
def test_values_that_cannot_be_meant(model, value, message):
    with pytest.raises(BadInput, match=message):
        _symbol(model, "lag", {"plerixafor_lag": value})


def test_a_computed_symbol_is_refused_by_name(model):
    with pytest.raises(Unsupported, match="'plerixafor_computed' of a dose is computed by the model"):
        _symbol(model, "computed")
    assert _symbol(model, "computed", {"plerixafor_computed": 0.7}).tolist() == [0.7, 0.7]


def test_a_symbol_the_model_does_not_have(model):
    with pytest.raises(UnknownName, match=r"plerixafor\.bioavailabilty"):
        _symbol(model, "bioavailabilty")
