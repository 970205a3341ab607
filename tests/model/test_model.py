"""The Model type."""

import dataclasses
import pickle

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.model.model import Row


def test_a_model_is_frozen_and_travels(tiny):
    with pytest.raises(dataclasses.FrozenInstanceError):
        tiny.name = "other"
    again = pickle.loads(pickle.dumps(tiny))
    assert again == tiny


def test_names_are_states_assigned_and_constants(tiny):
    assert {"drugx_depot", "plasma", "weight", "drugx_clearance"} <= tiny.names
    assert "drugx_concentration" not in tiny.names


def test_species_in_no_compartment_have_amounts_only(tiny):
    assert tiny.species_symbol("drugx.depot", "amount") == "drugx_depot"
    with pytest.raises(BadInput, match=r"species 'drugx\.depot' has no concentration"):
        tiny.species_symbol("drugx.depot", "concentration")
    with pytest.raises(UnknownName, match="unknown species 'plasma'"):
        tiny.species_symbol("plasma", "amount")


def test_a_row_knows_its_place():
    assert Row("k", "constant", 1.0, "1", file="a.csv", line=3).where == "a.csv:3"
    assert Row("k", "constant", 1.0, "1").where == ""


def test_a_steady_start_is_asked_for_by_state(tiny):
    assert tiny.steady == ()
    assert tiny.starting_steady().steady == tiny.states
    found = tiny.starting_steady("cells", "blast.niche")
    assert found.steady == tuple(name for name in tiny.states if name in ("cells", "blast_niche"))
    assert len(found.steady) == 2
    with pytest.raises(UnknownName, match="unknown state 'plasma'"):
        tiny.starting_steady("plasma")
