"""Units as libSBML sees them, and values where they belong."""

import libsbml
import pytest

from unmoor.base.units import parse
from unmoor.model.declare import declare, rename, unit_id
from unmoor.model.model import Row


@pytest.fixture
def model():
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    model.document = document  # keep it alive
    return model


@pytest.mark.parametrize(
    ("unit", "name", "same"),
    [
        ("L/h", "unit_L_per_h", [("litre", 1, 0, 1), ("second", -1, 0, 3600)]),
        ("nM", "unit_nmol_per_L", [("mole", 1, -9, 1), ("litre", -1, 0, 1)]),
        ("cells/kg", "unit_cell_per_kg", [("item", 1, 0, 1), ("kilogram", -1, 0, 1)]),
        ("m2", "unit_dm2", [("metre", 2, -1, 1)]),
        ("kg^0.75", "unit_kg0p75", [("kilogram", 0.75, 0, 1)]),
    ],
)
def test_a_dimension_becomes_one_unit_definition(model, unit, name, same):
    assert unit_id(model, parse(unit).dimension) == name
    assert unit_id(model, parse(unit).dimension) == name
    assert model.getNumUnitDefinitions() == 1
    wanted = libsbml.UnitDefinition(3, 2)
    for kind, exponent, scale, multiplier in same:
        each = wanted.createUnit()
        each.setKind(libsbml.UnitKind_forName(kind))
        each.setExponent(exponent)
        each.setScale(scale)
        each.setMultiplier(multiplier)
    assert libsbml.UnitDefinition.areIdentical(model.getUnitDefinition(name), wanted)


def test_dimensionless_needs_no_definition(model):
    assert unit_id(model, parse("%").dimension) == "dimensionless"
    assert model.getNumUnitDefinitions() == 0


def test_values_units_starts_and_switches(model):
    for name, constant in (("k", True), ("on", True), ("level", False)):
        parameter = model.createParameter()
        parameter.setId(name)
        parameter.setConstant(constant)
    rows = {
        "k": Row("k", "constant", 30.0, "mL/min"),
        "on": Row("on", "switch", 1.0, "1"),
        "level": Row("level", "state", None, "10^6 cells"),
    }
    declare(model, rows)
    assert model.getParameter("k").getValue() == pytest.approx(1.8)
    assert model.getParameter("k").getUnits() == "unit_L_per_h"
    assert model.getParameter("level").getValue() == 0.0
    assert (model.getParameter("k").getConstant(), model.getParameter("on").getConstant()) == (True, False)
    assert model.getTimeUnits() == "unit_h"


def test_a_renamed_symbol_is_renamed_in_formulas(model):
    for name in ("a_x", "y"):
        parameter = model.createParameter()
        parameter.setId(name)
        parameter.setConstant(False)
    rule = model.createAssignmentRule()
    rule.setVariable("y")
    rule.setMath(libsbml.parseL3Formula("2 * a_x"))
    rename(model, {"a_x": "top", "b_x": "top", "y": "y"})
    assert model.getParameter("top") is not None
    assert model.getParameter("a_x") is None
    assert libsbml.formulaToL3String(rule.getMath()) == "2 * top"
