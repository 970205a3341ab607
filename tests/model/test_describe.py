"""A model laid out for reading."""

from unmoor.model import describe_model


def test_every_equation_stands_with_the_module_that_makes_it(tiny):
    told = describe_model(tiny)
    sections = {each.instance: each for each in told.sections}
    assert list(sections) == ["", "drugx", "blast"]
    assert sections["drugx"].module == "body"
    lines = {(each.left, each.right, each.unit) for each in sections["drugx"].equations}
    assert ("plasma(t)", "drugx_central/drugx_central_volume", "nM") in lines
    assert ("d drugx_depot/dt", "-(drugx_absorption_rate*drugx_depot)", "nmol") in lines
    assert (
        "drugx_clearance",
        "drugx_typical_clearance*(weight/drugx_reference_weight)^drugx_exponent",
        "L/h",
    ) in lines
    assert [each.left for each in sections[""].equations] == ["unbound(t)"]


def test_every_state_and_every_constant_appears_once(tiny):
    told = describe_model(tiny)
    lefts = [each.left for section in told.sections for each in section.equations]
    assert sorted(each for each in lefts if each.startswith("d ")) == sorted(f"d {name}/dt" for name in tiny.states)
    assert len(lefts) == len(set(lefts))
    rows = [each.name for section in told.sections for each in section.parameters]
    assert sorted(rows) == sorted(tiny.constants)


def test_numbers_stay_in_the_declared_unit_with_their_source(tiny):
    rows = {row.name: row for section in describe_model(tiny).sections for row in section.parameters}
    row = rows["drugx_typical_clearance"]
    assert (row.value, row.unit, row.source, row.where) == (100.0, "mL/min", "assumed", "drugx.csv:2")


def test_wiring_is_told_as_written(tiny):
    told = describe_model(tiny)
    assert ("drugx.concentration", "plasma") in told.wires
    assert told.drugs == {"drugx": "drugx"}
    assert told.outputs == ("plasma", "unbound", "cells")
