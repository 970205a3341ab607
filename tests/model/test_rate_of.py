"""rateOf by definition: of species, parameters, a concentration in a growing volume, and of what stands still."""

import numpy as np
import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model.event import Event, EventAssignment
from unmoor.model.expression import Call, Number, Symbol, evaluate
from unmoor.model.rate_of import asked, name_rates, named
from unmoor.model.sbml import read_system

MATH = "http://www.w3.org/1998/Math/MathML"
RATE = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/rateOf">r</csymbol>'


def of(name):
    return Call("rateOf", (Symbol(name),))


def ask(name):
    return f"<apply>{RATE}<ci>{name}</ci></apply>"


def rule(kind, name, formula):
    return f'<{kind}Rule variable="{name}"><math xmlns="{MATH}">{formula}</math></{kind}Rule>'


def sbml(body):
    core = "http://www.sbml.org/sbml/level3/version2/core"
    return f'<sbml xmlns="{core}" level="3" version="2"><model id="m">{body}</model></sbml>'


def parameters(*names):
    listed = "".join(f'<parameter id="{name}" value="2" constant="false"/>' for name in names)
    return f"<listOfParameters>{listed}</listOfParameters>"


def test_names_are_collected_and_written():
    formula = Call("add", (of("a"), Call("mul", (of("b"), Symbol("a")))))
    assert asked([formula, Number(1.0)]) == {"a", "b"}
    assert named(formula, str.upper, "f") == Call("add", (Symbol("A"), Call("mul", (Symbol("B"), Symbol("a")))))


def test_only_one_symbol_has_a_rate():
    with pytest.raises(Unsupported, match="rateOf of something that is not one symbol"):
        named(Call("rateOf", (Number(1.0),)), str.upper, "f")


def test_rates_of_rates_and_events_are_written():
    event = Event("e", of("a"), True, True, of("b"), of("a"), True, (EventAssignment("x", of("a")),))
    table = {"x": of("a")}
    rates, (written,) = name_rates(
        (table,), (event,), lambda name: of("b") if name == "a" else Number(3.0), lambda name: f"{name}_", "f"
    )
    assert rates == {"a_": Symbol("b_"), "b_": Number(3.0)}
    assert table == {"x": Symbol("a_")}
    assert (written.trigger, written.delay, written.priority) == (Symbol("a_"), Symbol("b_"), Symbol("a_"))
    assert written.assignments[0].value == Symbol("a_")


def assigned(system, name, **values):
    found = {**system.constants, **values}
    for each, expression in system.assignments.items():
        found[each] = float(evaluate(expression, found))
    return found[name]


def test_a_concentration_in_a_growing_volume_thins_out():
    body = f"""<listOfCompartments><compartment id="V" size="4" spatialDimensions="3" constant="false"/>
    </listOfCompartments><listOfSpecies><species id="S" compartment="V" initialAmount="8" constant="false"
    hasOnlySubstanceUnits="false" boundaryCondition="false"/></listOfSpecies>{parameters("p")}<listOfRules>
    {rule("rate", "V", "<cn>0.5</cn>")}{rule("assignment", "p", ask("S"))}</listOfRules><listOfReactions>
    <reaction id="r" reversible="false"><listOfProducts><speciesReference species="S" stoichiometry="1"
    constant="true"/></listOfProducts><kineticLaw><math xmlns="{MATH}"><cn>3</cn></math></kineticLaw></reaction>
    </listOfReactions>"""
    system = read_system(sbml(body), "f")
    amount, size = 8.0, 4.0
    exact = (3.0 - amount / size * 0.5) / size  # (A/V)' = (A' - A/V V')/V
    assert assigned(system, "p", S__amount=amount, V=size) == pytest.approx(exact)


def test_what_stands_still_has_rate_zero_and_a_rule_is_refused():
    system = read_system(
        sbml(parameters("p", "q") + f"<listOfRules>{rule('assignment', 'p', ask('q'))}</listOfRules>"), "f"
    )
    assert assigned(system, "p") == 0.0
    rules = rule("assignment", "p", ask("q")) + rule("assignment", "q", "<cn>1</cn>")
    with pytest.raises((Unsupported, BadInput), match="rateOf"):
        read_system(sbml(f"{parameters('p', 'q')}<listOfRules>{rules}</listOfRules>"), "f", check=False)


def test_rates_in_a_circle_are_refused():
    rules = rule("rate", "p", ask("q")) + rule("rate", "q", ask("p"))
    with pytest.raises(BadInput, match="circle"):
        read_system(sbml(f"{parameters('p', 'q')}<listOfRules>{rules}</listOfRules>"), "f", check=False)


def test_a_local_parameter_hides_what_moves():
    body = f"""<listOfCompartments><compartment id="V" size="1" spatialDimensions="3" constant="true"/>
    </listOfCompartments><listOfSpecies><species id="S" compartment="V" initialAmount="8" constant="false"
    hasOnlySubstanceUnits="true" boundaryCondition="false"/></listOfSpecies>{parameters("k")}<listOfRules>
    {rule("rate", "k", "<cn>5</cn>")}</listOfRules><listOfReactions><reaction id="r" reversible="false"><listOfProducts>
    <speciesReference species="S" stoichiometry="1" constant="true"/></listOfProducts><kineticLaw><math xmlns="{MATH}">
    {ask("k")}</math><listOfLocalParameters><localParameter id="k" value="3"/></listOfLocalParameters></kineticLaw>
    </reaction></listOfReactions>"""
    system = read_system(sbml(body), "f")
    values = {**system.constants, "k": 2.0, "S": 8.0}
    for name, expression in system.assignments.items():
        values[name] = float(evaluate(expression, values))
    assert np.isclose(float(evaluate(system.rates["S"], values)), 0.0)
