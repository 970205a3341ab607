"""Events read from SBML: attributes of both levels, what they hold still, and species in vessels that change."""

import math

import antimony
import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model import evaluate
from unmoor.model.expression import ONE, ZERO, Number, Symbol
from unmoor.model.sbml import read_system
from unmoor.model.sbml_events import formulas

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def system(text):
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0, antimony.getLastError()
    return read_system(antimony.getSBMLString("__main"), "model.xml")


def level2(event):
    return (
        '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model id="m"><listOfParameters>'
        f'<parameter id="p" value="3" constant="false"/></listOfParameters><listOfEvents>{event}</listOfEvents>'
        "</model></sbml>"
    )


def test_every_part_of_an_event_is_read():
    found = system("""
        p = 1; q = 2; d = 3
        E: at d after p > q, t0=false, persistent=false, priority=q, fromTrigger=false: p = 5, q = p;
    """)
    (event,) = found.events
    assert (event.name, event.initial_value, event.persistent, event.from_trigger_time) == ("E", False, False, False)
    assert (event.delay, event.priority) == (Symbol("d"), Symbol("q"))
    assert {each.state: each.value for each in event.assignments} == {"p": Number(5.0), "q": Symbol("p")}
    assert found.states == ("p", "q")  # what an event changes stands still between events
    assert found.rates == {"p": ZERO, "q": ZERO}
    assert "d" in found.constants
    assert len(formulas(found.events)) == 5


def test_level_2_events_hold_what_level_3_makes_explicit():
    trigger = f"<trigger><math {MATH}><true/></math></trigger>"
    assign = f'<listOfEventAssignments><eventAssignment variable="p"><math {MATH}><cn>1</cn></math></eventAssignment>'
    (event,) = read_system(level2(f"<event>{trigger}{assign}</listOfEventAssignments></event>"), "m.xml").events
    assert (event.name, event.initial_value, event.persistent) == ("event 1", True, True)
    assert event.from_trigger_time
    assert event.trigger == ONE


def test_an_event_on_a_rule_is_refused():
    trigger = f"<trigger><math {MATH}><true/></math></trigger>"
    assign = f'<listOfEventAssignments><eventAssignment variable="p"><math {MATH}><cn>1</cn></math></eventAssignment>'
    rule = f'<assignmentRule variable="p"><math {MATH}><cn>1</cn></math></assignmentRule></listOfRules>'
    text = level2(f"<event>{trigger}{assign}</listOfEventAssignments></event>")
    text = text.replace("<listOfEvents>", f"<listOfRules>{rule}<listOfEvents>")
    for check in (True, False):  # by libSBML's own rules, and without them
        with pytest.raises(BadInput):
            read_system(text, "m.xml", check=check)


def test_a_concentration_follows_its_vessel_when_an_event_resizes_it():
    """The amount stays, so that it is what is carried; assigning the concentration multiplies by the old size."""
    found = system("""
        compartment V = 2; species S in V = 3; J: S -> ; S*k*V; k = 0.5
        at time > 1: V = 8;
        at time > 2: S = 4;
    """)
    assert set(found.states) == {"S__amount", "V"}
    start = {}
    for name, expression in found.initial.items():
        start[name] = float(evaluate(expression, {**found.constants, **start}))
    assert start == {"S__amount": 6.0, "V": 2.0}
    assert float(evaluate(found.assignments["S"], {"S__amount": 6.0, "V": 8.0})) == 0.75
    assert (found.events[1].assignments[0].state, found.events[1].assignments[0].times) == ("S__amount", "V")


def test_a_rate_rule_of_a_concentration_becomes_one_of_the_amount():
    found = system("compartment V = 2; species $S in V = 3; S' = 0.4; V' = 0.2; at time > 1: V = 1;")
    values = {"S": 3.0, "V": 2.0, "time": 0.0}
    # d(S V)/dt = 0.4 V + S 0.2
    assert float(evaluate(found.rates["S__amount"], values)) == pytest.approx(0.4 * 2 + 3 * 0.2)


def test_a_boundary_species_keeps_its_amount_when_its_vessel_grows():
    found = system("compartment V = 2; species $S in V = 3; V' = 0.2; at time > 1: S = 1;")
    assert found.rates["S__amount"] == ZERO
    assert math.isclose(float(evaluate(found.assignments["S"], {"S__amount": 6.0, "V": 3.0})), 2.0)


def test_a_rate_rule_in_a_vessel_with_a_rule_is_refused_beside_events():
    text = "compartment V; V := p; p = 2; species $S in V = 3; S' = 0.4; at time > 1: p = 1;"
    with pytest.raises(Unsupported, match="rate rule of concentration 'S'"):
        system(text)


def test_what_has_no_mathematics_is_not_there():
    found = read_system(
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">'
        '<listOfParameters><parameter id="p" value="3" constant="false"/></listOfParameters><listOfEvents>'
        '<event id="never" useValuesFromTriggerTime="true"/><event id="idle" useValuesFromTriggerTime="true">'
        f'<trigger initialValue="true" persistent="true"><math {MATH}><true/></math></trigger><delay/><priority/>'
        '<listOfEventAssignments><eventAssignment variable="p"/></listOfEventAssignments></event></listOfEvents>'
        "</model></sbml>",
        "m.xml",
    )
    (event,) = found.events
    assert (event.name, event.delay, event.priority, event.assignments) == ("idle", None, None, ())
