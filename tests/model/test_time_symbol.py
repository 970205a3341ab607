"""A symbol called time, apart from the time of the model."""

import pytest

from unmoor.model.expression import evaluate
from unmoor.model.sbml import read_system

MATH = "http://www.w3.org/1998/Math/MathML"
CLOCK = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
BOTH = f"<apply><plus/><apply><times/><cn>100</cn><ci>time</ci></apply>{CLOCK}</apply>"


def sbml(body):
    core = "http://www.sbml.org/sbml/level3/version2/core"
    return f'<sbml xmlns="{core}" level="3" version="2"><model id="m">{body}</model></sbml>'


def rate_rule(formula):
    return f'<rateRule variable="x"><math xmlns="{MATH}">{formula}</math></rateRule>'


def parameters(*names):
    listed = "".join(f'<parameter id="{name}" value="2" constant="false"/>' for name in names)
    return f"<listOfParameters>{listed}</listOfParameters>"


def slope(system, name="x", **values):
    return float(evaluate(system.rates[name], {**system.constants, **values}))


def test_a_parameter_called_time_is_another_thing():
    system = read_system(sbml(f"{parameters('x', 'time')}<listOfRules>{rate_rule(BOTH)}</listOfRules>"), "f")
    assert system.aliases == {"time": "time_symbol"}
    assert slope(system, time=3.0) == 203.0


def test_its_new_name_is_free():
    body = f"{parameters('x', 'time', 'time_symbol')}<listOfRules>{rate_rule(BOTH)}</listOfRules>"
    system = read_system(sbml(body), "f")
    assert system.aliases == {"time": "time_symbol_"}
    assert slope(system, time=3.0) == 203.0


def test_rules_for_it_go_along():
    rules = rate_rule(BOTH) + rate_rule("<cn>5</cn>").replace('variable="x"', 'variable="time"')
    system = read_system(sbml(f"{parameters('x', 'time')}<listOfRules>{rules}</listOfRules>"), "f")
    assert slope(system, "time_symbol") == 5.0


def test_an_argument_called_time_is_no_clock():
    function = (
        '<listOfFunctionDefinitions><functionDefinition id="f"><math xmlns="' + MATH + '"><lambda><bvar><ci>time</ci>'
        "</bvar><apply><times/><cn>100</cn><ci>time</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>"
    )
    call = "<apply><ci>f</ci><cn>7</cn></apply>"
    system = read_system(sbml(f"{function}{parameters('x')}<listOfRules>{rate_rule(call)}</listOfRules>"), "f")
    assert system.aliases == {}
    assert slope(system, time=3.0) == 700.0


@pytest.mark.parametrize("unit", ["time", "eon"])
def test_units_called_time_are_no_symbols(unit):
    units = f'<listOfUnitDefinitions><unitDefinition id="{unit}"/></listOfUnitDefinitions>'
    system = read_system(sbml(f"{units}{parameters('x')}<listOfRules>{rate_rule(CLOCK)}</listOfRules>"), "f")
    assert system.aliases == {}
    assert slope(system, time=3.0) == 3.0
