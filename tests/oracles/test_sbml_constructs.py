"""Constructs of SBML one by one, in files of our own: a closed form, libRoadRunner's curve, or a refusal by name.

They are the features of the semantic test suite that the cases at hand hold seldom, never, or in one combination only.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, e, exp, pi

import numpy as np
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import UnmoorError

TIMES = np.linspace(0.0, 4.0, 9)
V, A = '<compartment id="V" size="2"/>', "http://www.w3.org/1998/Math/MathML"


def listed(**parts: str) -> str:
    """Lists in the order SBML wants, from `compartments=...`, `species=...`, ..."""
    order = "FunctionDefinitions Compartments Species Parameters InitialAssignments Rules Constraints Reactions Events"
    named = {name.lower(): name for name in order.split()}
    assert parts.keys() <= named.keys()
    return "".join(f"<listOf{named[k]}>{parts[k]}</listOf{named[k]}>" for k in named if k in parts)


def reaction(law: str, made: str = "", used: str = "S", more: str = "", local: str = "", name: str = "R") -> str:
    sides = ""
    for side, text in (("Reactants", used), ("Products", made)):
        references = text if "<" in text else f'<speciesReference species="{text}"/>'
        sides += f"<listOf{side}>{references}</listOf{side}>" if text else ""
    return f'<reaction id="{name}" {more}>{sides}<kineticLaw>{{{law}}}{local}</kineticLaw></reaction>'


def parameters(**given: float | str) -> str:
    """Parameters with a value, or with attributes as they stand."""
    told = {name: each if isinstance(each, str) else f'value="{each}"' for name, each in given.items()}
    return "".join(f'<parameter id="{name}" {each}/>' for name, each in told.items())


def event(trigger: str, assigned: dict[str, str], how: str = "", inner: str = "", trigger_how: str = "") -> str:
    sets = "".join(f'<eventAssignment variable="{k}">{{{v}}}</eventAssignment>' for k, v in assigned.items())
    return (
        f"<event {how}><trigger {trigger_how}>{{{trigger}}}</trigger>{inner}"
        f"<listOfEventAssignments>{sets}</listOfEventAssignments></event>"
    )


S = '<species id="S" initialConcentration="3"/>'
MOVING = 'constant="false" value="{}"'.format

Exact = dict[str, Callable[[float], float]]
#: body -> what each symbol is at a time (h); species are read as amounts
EQUAL: dict[str, tuple[dict, str, Exact]] = {
    "local parameters hide global ones": (
        {},
        listed(
            compartments=V,
            species=S,
            parameters=parameters(k=9.0),
            reactions=reaction(
                "k*S*V", local='<listOfLocalParameters><localParameter id="k" value="0.5"/></listOfLocalParameters>'
            ),
        ),
        {"S": lambda t: 6 * exp(-0.5 * t), "k": lambda t: 9.0},
    ),
    "a local parameter called like a species": (
        {},
        listed(
            compartments=V,
            species=S + '<species id="Q" initialAmount="9"/>',
            reactions=reaction(
                "Q*V", local='<listOfLocalParameters><localParameter id="Q" value="0.25"/></listOfLocalParameters>'
            ),
        ),
        {"S": lambda t: 6 - 0.5 * t, "Q": lambda t: 9.0},
    ),
    "conversion factors of the model and of a species": (
        {"attributes": 'conversionFactor="f"'},
        listed(
            compartments=V,
            species=S + '<species id="P" initialAmount="0" conversionFactor="g"/>',
            parameters=parameters(f=2.0, g=10.0),
            reactions=reaction("0.1*S*V", "P"),
        ),
        {"S": lambda t: 6 * exp(-0.2 * t), "P": lambda t: 30 * (1 - exp(-0.2 * t))},
    ),
    "amounts in a compartment that grows": (
        {},
        listed(
            compartments='<compartment id="V" size="2" constant="false"/>',
            species='<species id="S" initialAmount="6" hasOnlySubstanceUnits="true"/>',
            rules='<rateRule variable="V">{0.5}</rateRule>',
            reactions=reaction("0.3*S"),
        ),
        {"S": lambda t: 6 * exp(-0.3 * t), "V": lambda t: 2 + t / 2},
    ),
    "concentrations in a compartment that grows": (
        {},
        listed(
            compartments='<compartment id="V" size="2" constant="false"/>',
            species=S,
            parameters=parameters(c='constant="false"'),
            rules='<rateRule variable="V">{0.5}</rateRule><assignmentRule variable="c">{S}</assignmentRule>',
            reactions=reaction("1"),
        ),
        {"S": lambda t: 6 - t, "c": lambda t: (6 - t) / (2 + t / 2)},
    ),
    "concentrations in a compartment that an assignment rule moves": (
        {},
        listed(
            compartments='<compartment id="V" constant="false"/>',
            species='<species id="S" initialAmount="6"/>',
            parameters=parameters(c='constant="false"'),
            rules='<assignmentRule variable="V">{2 + time}</assignmentRule>'
            '<assignmentRule variable="c">{S}</assignmentRule>',
            reactions=reaction("S*V"),
        ),
        {"S": lambda t: 6 * exp(-t), "c": lambda t: 6 * exp(-t) / (2 + t)},
    ),
    "species without extent": (
        {},
        listed(
            compartments='<compartment id="V" spatialDimensions="0"/>',
            species='<species id="S" initialAmount="6"/>',
            reactions=reaction("0.5*S"),
        ),
        {"S": lambda t: 6 * exp(-t / 2)},
    ),
    "two dimensions": (
        {},
        listed(
            compartments='<compartment id="V" size="4" spatialDimensions="2"/>',
            species='<species id="S" initialAmount="6"/>',
            reactions=reaction("S"),
        ),
        {"S": lambda t: 6 * exp(-t / 4)},
    ),
    "rateOf of species and parameters": (
        {},
        listed(
            compartments=V,
            species=S,
            parameters=parameters(x=MOVING(1), r='constant="false"', z=5.0, q='constant="false"', n='constant="false"'),
            rules='<rateRule variable="x">{-2*x}</rateRule><assignmentRule variable="r">{rateOf(S)}</assignmentRule>'
            '<assignmentRule variable="q">{rateOf(x) + time}</assignmentRule>'
            '<assignmentRule variable="n">{rateOf(z)}</assignmentRule>',
            reactions=reaction("0.5*S*V"),
        ),
        {"r": lambda t: -1.5 * exp(-t / 2), "q": lambda t: t - 2 * exp(-2 * t), "n": lambda t: 0.0},
    ),
    "avogadro": (
        {},
        listed(
            parameters=parameters(n='constant="false"'),
            rules='<assignmentRule variable="n">{avogadro/1e23}</assignmentRule>',
        ),
        {"n": lambda t: 6.02214179},
    ),
    "a chain of initial assignments against their order": (
        {},
        listed(
            compartments='<compartment id="V"/>',
            species='<species id="S"/>',
            parameters=parameters(a="", b="", c=2.0, y='constant="false"'),
            initialassignments='<initialAssignment symbol="S">{a/V}</initialAssignment>'
            '<initialAssignment symbol="a">{3*b + y}</initialAssignment><initialAssignment symbol="V">{c + b}'
            '</initialAssignment><initialAssignment symbol="b">{c^2}</initialAssignment>',
            rules='<assignmentRule variable="y">{c + time}</assignmentRule>',
            reactions=reaction("V*S"),
        ),
        {"S": lambda t: 14 * exp(-t), "V": lambda t: 6.0, "a": lambda t: 14.0, "y": lambda t: 2 + t},
    ),
    "stoichiometryMath of Level 2": (
        {"level": 2, "version": 4},
        listed(
            compartments=V,
            species='<species id="S" compartment="V" initialAmount="6"/>'
            '<species id="P" compartment="V" initialAmount="0"/>',
            parameters='<parameter id="n" value="3"/>',
            reactions=reaction(
                "0.5*S", '<speciesReference species="P"><stoichiometryMath>{2*n}</stoichiometryMath></speciesReference>'
            ),
        ),
        {"S": lambda t: 6 * exp(-t / 4), "P": lambda t: 36 * (1 - exp(-t / 4))},
    ),
    "a stoichiometry that a rule moves and a formula names": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="0"/>',
            parameters=parameters(d='constant="false"'),
            rules='<assignmentRule variable="n">{2*time}</assignmentRule><assignmentRule variable="d">{n + 1}'
            "</assignmentRule>",
            reactions=reaction("1", '<speciesReference id="n" species="S" initialAssigned="" constant="false"/>', ""),
        ),
        {"S": lambda t: t * t, "d": lambda t: 2 * t + 1},
    ),
    "a stoichiometry by initial assignment": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="0"/>',
            parameters=parameters(p=4.0),
            initialassignments='<initialAssignment symbol="n">{p/2}</initialAssignment>',
            reactions=reaction("1", '<speciesReference id="n" species="S" initialAssigned=""/>', ""),
        ),
        {"S": lambda t: 2 * t},
    ),
    "one species twice among the reactants": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="6"/>',
            reactions=reaction(
                "0.5", used='<speciesReference species="S"/><speciesReference species="S" stoichiometry="0.5"/>'
            ),
        ),
        {"S": lambda t: 6 - 0.75 * t},
    ),
    "a reaction's id in formulas": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="6" hasOnlySubstanceUnits="true"/>',
            parameters=parameters(x=MOVING(0)),
            rules='<rateRule variable="x">{2*R}</rateRule>',
            reactions=reaction("0.5*S"),
        ),
        {"x": lambda t: 12 * (1 - exp(-t / 2))},
    ),
    "reversible says nothing about the rate": (
        {},
        listed(compartments=V, species=S, reactions=reaction("-1", more='reversible="false"')),
        {"S": lambda t: 6 + t},
    ),
    "boundary and constant species stay": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="6" boundaryCondition="true"/>'
            '<species id="B" initialAmount="4" boundaryCondition="true" constant="true"/>'
            '<species id="P" initialAmount="0"/>',
            reactions=reaction("S*V/B", '<speciesReference species="P"/><speciesReference species="B"/>'),
        ),
        {"S": lambda t: 6.0, "B": lambda t: 4.0, "P": lambda t: 3.0 * t},
    ),
    "a boundary species with a rate rule": (
        {},
        listed(
            compartments=V,
            species='<species id="S" initialAmount="6" boundaryCondition="true"/>',
            rules='<rateRule variable="S">{-S}</rateRule>',
            reactions=reaction("7"),
        ),
        {"S": lambda t: 6 * exp(-t)},
    ),
    "functions of functions": (
        {},
        listed(
            functiondefinitions=f'<functionDefinition id="g"><math xmlns="{A}"><lambda><bvar><ci>x</ci></bvar>'
            "<apply><times/><ci>x</ci><ci>x</ci></apply></lambda></math></functionDefinition>"
            f'<functionDefinition id="f"><math xmlns="{A}"><lambda><bvar><ci>k</ci></bvar><bvar><ci>y</ci></bvar>'
            "<apply><plus/><apply><ci>g</ci><ci>y</ci></apply><ci>k</ci></apply></lambda></math></functionDefinition>",
            parameters=parameters(k=5.0, y='constant="false"'),
            rules='<assignmentRule variable="y">{f(1, 3*k) + f(k, 1)}</assignmentRule>',
        ),
        {"y": lambda t: 232.0},
    ),
    "operators of Level 3 Version 2": (
        {},
        listed(
            parameters=parameters(**dict.fromkeys("abcde", 'constant="false"')),
            rules="".join(
                f'<assignmentRule variable="{k}">{{{v}}}</assignmentRule>'
                for k, v in {
                    "a": "max(time, 2, 1)",
                    "b": "min(time, 2, 3)",
                    "c": "quotient(7, 2) + rem(7, 2)*10",
                    "d": "quotient(-7, 2) + rem(-7, 2)*10",
                    "e": "piecewise(1, implies(time > 1.2, time > 2.2), 0)",
                }.items()
            ),
        ),
        {
            "a": lambda t: max(t, 2),
            "b": lambda t: min(t, 2),
            "c": lambda t: 13.0,
            "d": lambda t: -13.0,
            "e": lambda t: 0.0 if 1.2 < t <= 2.2 else 1.0,
        },
    ),
    "rare functions and numbers": (
        {},
        listed(
            parameters=parameters(**dict.fromkeys("abcdf", 'constant="false"')),
            rules="".join(
                f'<assignmentRule variable="{k}">{{{v}}}</assignmentRule>'
                for k, v in {
                    "a": "log(3, 81) + root(3, 27) + factorial(4)",
                    "b": "sec(time/9)*cos(time/9) + exponentiale + pi",
                    "c": "ceil(1.2) + floor(-1.2) + abs(-3)",
                    "d": "arccosh(cosh(2)) + arcsech(1/cosh(1)) + arccoth(2)",
                    "f": "piecewise(2, xor(true, time > 1.7), 3)",
                }.items()
            ),
        ),
        {
            "a": lambda t: 31.0,
            "b": lambda t: 1 + e + pi,
            "c": lambda t: 3.0,
            "d": lambda t: 3 + 0.5 * np.log(3.0),
            "f": lambda t: 2.0 if t <= 1.7 else 3.0,
        },
    ),
    "a package that need not be understood": (
        {"outer": 'xmlns:p="http://example.org/p" p:required="false"'},
        listed(compartments=V, species=S, reactions=reaction("S*V")),
        {"S": lambda t: 6 * exp(-t)},
    ),
    "values at the trigger": (
        {},
        listed(
            parameters=parameters(x=MOVING(0), y=MOVING(0)),
            rules='<rateRule variable="x">{1}</rateRule>',
            events=event("x > 1.2", {"y": "x"}, inner="<delay>{0.5}</delay>"),
        ),
        {"y": lambda t: 1.2 if t > 1.7 else 0.0},
    ),
    "values at the execution": (
        {},
        listed(
            parameters=parameters(x=MOVING(0), y=MOVING(0)),
            rules='<rateRule variable="x">{1}</rateRule>',
            events=event("x > 1.2", {"y": "x"}, 'useValuesFromTriggerTime="false"', "<delay>{0.5}</delay>"),
        ),
        {"y": lambda t: 1.7 if t > 1.7 else 0.0},
    ),
    "a trigger that does not persist": (
        {},
        listed(
            parameters=parameters(n=MOVING(0), w=MOVING(0)),
            events=event(
                "time > 1.1 && time < 1.6", {"n": "1"}, inner="<delay>{0.8}</delay>", trigger_how='persistent="false"'
            )
            + event("time > 1.1 && time < 1.6", {"w": "1"}, inner="<delay>{0.8}</delay>"),
        ),
        {"n": lambda t: 0.0, "w": lambda t: 1.0 if t > 1.9 else 0.0},
    ),
    "a trigger false before the start": (
        {},
        listed(
            parameters=parameters(n=MOVING(0), w=MOVING(0)),
            events=event("time >= 0", {"n": "n + 1"}, trigger_how='initialValue="false"')
            + event("time >= 0", {"w": "w + 1"}),
        ),
        {"n": lambda t: 1.0, "w": lambda t: 0.0},
    ),
    "priorities decide the order": (
        {},
        listed(
            parameters=parameters(x=MOVING(1)),
            events=event(
                "time > 1.2", {"x": "x + 1"}, inner="<priority>{1}</priority>", how='useValuesFromTriggerTime="false"'
            )
            + event(
                "time > 1.2", {"x": "x*10"}, inner="<priority>{2}</priority>", how='useValuesFromTriggerTime="false"'
            ),
        ),
        {"x": lambda t: 11.0 if t > 1.2 else 1.0},
    ),
    "a tie in which the order does not matter": (
        {},
        listed(
            parameters=parameters(x=MOVING(1)),
            events="".join(
                event(
                    "time > 1.2",
                    {"x": f"x + {k}"},
                    inner="<priority>{3}</priority>",
                    how='useValuesFromTriggerTime="false"',
                )
                for k in (1, 2, 4)
            ),
        ),
        {"x": lambda t: 8.0 if t > 1.2 else 1.0},
    ),
    "an event resizes a compartment and amounts stay": (
        {},
        listed(
            compartments='<compartment id="V" size="2" constant="false"/>',
            species=S,
            parameters=parameters(c='constant="false"'),
            rules='<assignmentRule variable="c">{S}</assignmentRule>',
            events=event("time > 1.2", {"V": "4"}),
        ),
        {"S": lambda t: 6.0, "c": lambda t: 1.5 if t > 1.2 else 3.0},
    ),
    "an event without a trigger's formula never happens": (
        {},
        listed(
            parameters=parameters(x=MOVING(1)),
            events="<event><trigger/><listOfEventAssignments><eventAssignment "
            'variable="x">{2}</eventAssignment></listOfEventAssignments></event>',
        ),
        {"x": lambda t: 1.0},
    ),
    "time in a rate": (
        {},
        listed(parameters=parameters(x=MOVING(0)), rules='<rateRule variable="x">{-sin(time)}</rateRule>'),
        {"x": lambda t: cos(t) - 1},
    ),
}

#: body -> words of the refusal
REFUSED: dict[str, tuple[dict, str, str]] = {
    "fast reactions": (
        {"version": 1},
        listed(compartments=V, species=S, reactions=reaction("S", more='fast="true"')),
        "the fast reaction 'R' is not supported",
    ),
    "fast reactions of Level 2": (
        {"level": 2, "version": 4},
        listed(
            compartments=V,
            species='<species id="S" compartment="V" initialAmount="6"/>',
            reactions=reaction("S", more='fast="true"'),
        ),
        "the fast reaction 'R' is not supported",
    ),
    "algebraic rules": (
        {},
        listed(parameters=parameters(x=MOVING(0)), rules="<algebraicRule>{x - time}</algebraicRule>"),
        "an algebraic rule is not supported",
    ),
    "delays": (
        {},
        listed(parameters=parameters(x=MOVING(1)), rules='<rateRule variable="x">{-delay(x, 1)}</rateRule>'),
        "a delay",
    ),
    "packages that must be understood": (
        {"outer": 'xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true"'},
        listed(parameters=parameters(x=1.0)),
        "package 'comp'",
    ),
    "rateOf of what follows a rule": (
        {},
        listed(
            parameters=parameters(x='constant="false"', y='constant="false"'),
            rules='<assignmentRule variable="x">{time^2}</assignmentRule>'
            '<assignmentRule variable="y">{rateOf(x)}</assignmentRule>',
        ),
        r"rateOf\(x\)",
    ),
    "a circle of initial assignments": (
        {},
        listed(
            parameters=parameters(a="", b=""),
            initialassignments='<initialAssignment symbol="a">{b + 1}'
            '</initialAssignment><initialAssignment symbol="b">{a}</initialAssignment>',
        ),
        "'a'|'b'|circ|cycle",
    ),
    "a circle of rules": (
        {},
        listed(
            parameters=parameters(a='constant="false"', b='constant="false"'),
            rules='<assignmentRule variable="a">{b + 1}</assignmentRule><assignmentRule variable="b">{a}'
            "</assignmentRule>",
        ),
        "'a'|'b'|circ|cycle",
    ),
    "a reaction without a rate": (
        {},
        listed(
            compartments=V,
            species=S,
            reactions='<reaction id="R"><listOfReactants><speciesReference species="S"/></listOfReactants></reaction>',
        ),
        "reaction 'R' has no rate",
    ),
    "a stoichiometry that nothing gives": (
        {},
        listed(
            compartments=V, species=S, reactions=reaction("1", '<speciesReference species="S" initialAssigned=""/>', "")
        ),
        "the stoichiometry of 'S' in reaction 'R' is not given",
    ),
    "a species that nothing starts": (
        {},
        listed(compartments=V, species='<species id="S"/>', reactions=reaction("S*V")),
        "'S' has no starting value",
    ),
    "a concentration in a compartment without size": (
        {},
        listed(compartments='<compartment id="V"/>', species=S, reactions=reaction("1")),
        "'V' has no value",
    ),
    "a parameter without a value": (
        {},
        listed(parameters=parameters(x=MOVING(1), k=""), rules='<rateRule variable="x">{-k*x}</rateRule>'),
        "'k' has no value",
    ),
    "time units of events in Level 2": (
        {"level": 2, "version": 1},
        listed(
            parameters='<parameter id="x" value="1" constant="false"/>',
            events='<event timeUnits="second"><trigger>{time > 1}</trigger><listOfEventAssignments><eventAssignment '
            'variable="x">{2}</eventAssignment></listOfEventAssignments></event>',
        ),
        "time units of its own",
    ),
    "a rule for a constant": (
        {},
        listed(parameters=parameters(x=1.0), rules='<assignmentRule variable="x">{2}</assignmentRule>'),
        "'x'|constant",
    ),
    "a species with a rule in a reaction": (
        {},
        listed(compartments=V, species=S, rules='<rateRule variable="S">{-1}</rateRule>', reactions=reaction("1")),
        "'S'|rule",
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_is_computed_is_right(name, sbml, tmp_path):
    options, body, exact = EQUAL[name]
    (tmp_path / "m.xml").write_text(sbml(body, **options))
    model = load_model(tmp_path / "m.xml")
    amounts = [symbol for symbol in exact if symbol in model.species]
    rest = [symbol for symbol in exact if symbol not in amounts]
    found = integrate(model, times=TIMES, outputs=rest, amounts=amounts, rtol=1e-9, atol=1e-12)
    assert int(found["status"]) == 0
    for symbol, curve in exact.items():
        np.testing.assert_allclose(found[symbol], [curve(t) for t in TIMES], rtol=1e-6, atol=1e-9, err_msg=symbol)


@pytest.mark.parametrize("name", EQUAL)
def test_roadrunner_agrees(name, sbml):
    """The closed forms above were written by the same hand as the files; this is another's reading of them."""
    roadrunner = pytest.importorskip("roadrunner")
    options, body, exact = EQUAL[name]
    other = roadrunner.RoadRunner(sbml(body, **options))
    other.integrator.relative_tolerance, other.integrator.absolute_tolerance = 1e-10, 1e-13
    other.timeCourseSelections = ["time", *exact]
    theirs = np.array(other.simulate(times=list(TIMES)))
    for k, (symbol, curve) in enumerate(exact.items(), start=1):
        np.testing.assert_allclose(theirs[:, k], [curve(t) for t in TIMES], rtol=1e-5, atol=1e-6, err_msg=symbol)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_computed_is_refused_by_name(name, sbml, tmp_path):
    options, body, words = REFUSED[name]
    (tmp_path / "m.xml").write_text(sbml(body, **options))
    with pytest.raises(UnmoorError, match=words):
        integrate(load_model(tmp_path / "m.xml"), times=TIMES)


def test_a_tie_in_which_the_order_matters_is_one_of_the_orders(sbml, tmp_path):
    """SBML leaves the order to chance there; what comes out is the outcome of one of them."""
    body = listed(parameters=parameters(x=MOVING(1)), events="".join(
        event("time > 1.2", {"x": each}, 'useValuesFromTriggerTime="false"', "<priority>{3}</priority>")
        for each in ("x + 1", "x*10")))  # fmt: skip
    (tmp_path / "m.xml").write_text(sbml(body))
    found = integrate(load_model(tmp_path / "m.xml"), times=[0.0, 2.0], outputs=["x"])
    assert float(found["x"][1]) in (11.0, 20.0)


def test_a_negative_delay_is_a_status(sbml, tmp_path):
    body = listed(parameters=parameters(x=MOVING(1)), events=event("time > 1", {"x": "2"}, inner="<delay>{-1}</delay>"))
    (tmp_path / "m.xml").write_text(sbml(body))
    found = integrate(load_model(tmp_path / "m.xml"), times=[0.0, 2.0])
    assert "negative delay" in found["status"].attrs["meaning"][int(found["status"])]
