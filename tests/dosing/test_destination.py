"""CMT as a state, its unit, and the parameters of doses that enter there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.destination import destination
from unmoor.dosing.dose_parameters import DoseParameter
from unmoor.dosing.drug import Drug, MolarMass, Route


def _into(model, drug, text, given=(), unit=None):
    return destination(text, model, {drug.name: drug}, given, unit, "here")


def test_by_number_name_and_dotted_name(model, lagging):
    for text in ("2", "plerixafor_central", "plerixafor.central"):
        assert _into(model, lagging, text).state == "plerixafor_central"
    with pytest.raises(BadInput, match="here: CMT is 9: there is no such state"):
        _into(model, lagging, "9")
    with pytest.raises(UnknownName, match=r"here: unknown symbol 'plerixafor.depo'[\s\S]*did you mean"):
        _into(model, lagging, "plerixafor.depo")
    with pytest.raises(UnknownName, match=r"unknown state of model 'small' 'weight'"):
        _into(model, lagging, "weight")


@pytest.mark.parametrize("text", ["", "0"])
def test_without_cmt_the_default_of_nonmem_where_a_model_has_one(model, lagging, text):
    plain = replace(model, instances={}, drugs={})
    assert _into(plain, lagging, text).state == "plerixafor_depot"  # the first
    named = replace(plain, states=("a", "Depot", "b"))
    assert _into(named, lagging, text).state == "Depot"
    assert _into(replace(model, states=("counter",)), lagging, text).state == "counter"
    with pytest.raises(BadInput, match="here: a dose without CMT"):
        _into(model, lagging, text)


def test_amounts_are_in_the_unit_of_the_state_or_in_one_that_is_given(model, lagging):
    assert _into(model, lagging, "counter").scale == 1000.0  # declared umol
    assert _into(model, lagging, "counter", unit="nmol").scale == 1.0
    assert _into(model, lagging, "1", unit="mg").scale == pytest.approx(2000.0)
    with pytest.raises(BadInput, match="needs a molar mass"):
        _into(model, lagging, "counter", unit="mg")


def test_parameters_of_the_route_of_names_and_of_tables(model, lagging):
    found = _into(model, lagging, "1")
    assert dict(found.sources) == {"bioavailability": "plerixafor_bioavailability", "lag": "plerixafor_lag"}
    assert _into(model, lagging, "2").sources == {}
    lag = DoseParameter("lag", "plerixafor_central")
    assert _into(model, lagging, "2", {lag}).sources == {"lag": lag}
    own = replace(model, constants=dict(model.constants) | {"D2": 3.0, "R_plerixafor_central": 1.0})
    assert _into(own, lagging, "2").sources == {"duration": "D2", "rate": "R_plerixafor_central"}


def test_routes_may_name_rates_and_durations(model):
    drug = Drug(
        "plerixafor", "x", MolarMass(500, "g/mol", "assumed"), (Route("iv", "central", None, None, "lag", "lag"),), "p"
    )
    assert dict(_into(model, drug, "2").sources) == {"rate": "plerixafor_lag", "duration": "plerixafor_lag"}


def test_a_parameter_said_twice_is_refused(model, lagging):
    with pytest.raises(BadInput, match="'lag_plerixafor_depot' and 'plerixafor_lag' both give the lag"):
        _into(model, lagging, "1", {DoseParameter("lag", "plerixafor_depot")})
    own = replace(model, constants=dict(model.constants) | {"lag_counter": 1.0, "ALAG5": 1.0})
    with pytest.raises(BadInput, match="'lag_counter' and 'ALAG5' both give the lag"):
        _into(own, lagging, "counter")


def test_routes_that_differ_into_one_state_cannot_be_told_apart(model):
    routes = (Route("sc", "depot", "bioavailability"), Route("po", "depot", "lag"))
    drug = Drug("plerixafor", "test", MolarMass(500, "g/mol", "assumed"), routes, "two_compartment")
    with pytest.raises(Unsupported, match="routes sc and po of plerixafor enter 'plerixafor_depot'"):
        _into(model, drug, "1")


def test_species_that_count_as_concentrations(model, lagging):
    species = {"counter": ("counter__amount", "counter"), "plerixafor_depot": ("plerixafor_depot", "x")}
    own = replace(model, species=species)
    assert _into(own, lagging, "counter").concentration
    assert not _into(own, lagging, "1").concentration
    amounts = replace(model, states=("s__amount",), assignments={"s": None}, species={"s": ("s__amount", "s")})
    assert _into(amounts, lagging, "s").state == "s__amount"
