"""Units of equations, judged by libSBML's validator and told in the words of the text and its table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.units import BASE, Dimension, parse, spell
from unmoor.model.antimony import Composition
from unmoor.model.declare import HOUR, unit_id
from unmoor.model.document import items, sentence
from unmoor.model.model import Row
from unmoor.model.wiring import flat

_UNIT = re.compile(r"(\w+) \(exponent = ([-\w.+]+), multiplier = ([-\w.+]+), scale = ([-\w.+]+)\)")
_EXPECTED = re.compile(r"Expected units are (?P<expected>.*?) but the units returned by .*? are (?P<found>.*?)\.?$")
_BASES = {
    "second": (0, 1.0),
    "metre": (1, 1.0),
    "litre": (1, 3.0),
    "mole": (2, 1.0),
    "kilogram": (3, 1.0),
    "item": (4, 1.0),
}


def check_units(document: Any, composition: Composition, rows: Mapping[str, Row], problems: list[UnmoorError]) -> None:
    """Append a problem for every equation whose units do not agree; `document` already carries units."""
    copy = document.clone()
    model = copy.getModel()
    _reactions_as_rules(model, composition, rows, problems)
    _bare_zeros(model)
    text = libsbml.writeSBMLToString(copy)
    parsed = libsbml.readSBMLFromString(text)
    for category in range(libsbml.LIBSBML_CAT_INTERNAL_CONSISTENCY + 1):
        parsed.setConsistencyChecks(category, category == libsbml.LIBSBML_CAT_UNITS_CONSISTENCY)
    parsed.checkConsistency()
    lines = _lines(parsed.getModel())
    told: set[tuple[str, str]] = set()
    for i in range(parsed.getNumErrors()):
        error = parsed.getError(i)
        message = sentence(error.getMessage())
        if error.getErrorId() in (99505, 99506, 99507, 99508):
            continue
        name, formula = lines[max((line for line in lines if line <= error.getLine()), default=0)]
        problem = _told(name, formula, message, composition, rows)
        if (name, problem.what) not in told:
            told.add((name, problem.what))
            problems.append(problem)


def _reactions_as_rules(
    model: Any, composition: Composition, rows: Mapping[str, Row], problems: list[UnmoorError]
) -> None:
    """SBML knows one unit of extent a model; ours mixes nmol and cells, so each rate is checked as a quantity."""
    for reaction in items(model.getListOfReactions()):
        name = reaction.getId()
        dimensions = {
            each.getSpecies(): _amount(model.getSpecies(each.getSpecies()), rows)
            for each in [*items(reaction.getListOfReactants()), *items(reaction.getListOfProducts())]
        }
        math = reaction.getKineticLaw().getMath().deepCopy() if reaction.getKineticLaw() is not None else None
        model.removeReaction(name)
        if len(set(dimensions.values())) > 1:
            told = ", ".join(f"{species} in {spell(each)}" for species, each in dimensions.items())
            problems.append(
                BadInput(f"reaction '{name}' turns one unit into another: {told}", where=_where(name, composition))
            )
        if dimensions and math is not None:
            amount = next(iter(dimensions.values()))
            parameter = model.createParameter()
            parameter.setId(name)
            parameter.setConstant(False)
            parameter.setUnits(unit_id(model, tuple(a - b for a, b in zip(amount, HOUR, strict=True))))
            rule = model.createAssignmentRule()
            rule.setVariable(name)
            rule.setMath(math)


def _amount(species: Any, rows: Mapping[str, Row]) -> Dimension:
    dimension = parse(rows[species.getId()].unit).dimension
    if species.getHasOnlySubstanceUnits():
        return dimension
    size = parse(rows[species.getCompartment()].unit).dimension
    return tuple(a + b for a, b in zip(dimension, size, strict=True))


def _bare_zeros(model: Any) -> None:
    """Zero is zero in every unit: max(x, 0) is no mistake."""

    def walk(node: Any) -> None:
        if node.isNumber() and node.getValue() == 0:
            node.unsetUnits()
        for i in range(node.getNumChildren()):
            walk(node.getChild(i))

    for each in [*items(model.getListOfRules()), *items(model.getListOfInitialAssignments())]:
        if each.isSetMath():
            walk(each.getMath())


def _lines(model: Any) -> dict[int, tuple[str, str]]:
    """First line of each equation in the document -> the symbol it defines, and the equation as text."""
    found = {0: ("", "")}
    for each in items(model.getListOfRules()):
        sign = "' =" if each.isRate() else " :="
        found[each.getLine()] = (each.getVariable(), f"{each.getVariable()}{sign} {_infix(each)}")
    for each in items(model.getListOfInitialAssignments()):
        found[each.getLine()] = (each.getSymbol(), f"{each.getSymbol()} = {_infix(each)}")
    return found


def _infix(element: Any) -> str:
    return str(libsbml.formulaToL3String(element.getMath())).replace(" dimensionless", "")


def _told(name: str, formula: str, message: str, composition: Composition, rows: Mapping[str, Row]) -> UnmoorError:
    where = _where(name, composition)
    match = _EXPECTED.search(message)
    row = rows.get(name)
    declared = f"declared in {row.unit} ({row.where})" if row else "a reaction rate"
    if match:
        what = (
            f"units of '{formula}': '{name}' is {declared}, which needs {_spelled(match['expected'])}"
            f" on the right-hand side, but it is {_spelled(match['found'])}"
        )
    else:
        what = f"units of '{formula}': {message.replace(' dimensionless', '')}"
    return BadInput(what, where=where, todo="correct the equation, or the unit in the table")


def _spelled(units: str) -> str:
    powers = [0.0] * len(BASE)
    for kind, exponent, _, _ in _UNIT.findall(units):
        if kind == "dimensionless":
            continue
        if kind not in _BASES:
            return units
        position, size = _BASES[kind]
        powers[position] += size * float(exponent)
    return spell(tuple(powers)) if _UNIT.search(units) else units


def _where(name: str, composition: Composition) -> str:
    for path, member in composition.members().items():
        if flat(path) == name:
            return composition.where(member)
    for path, module in composition.instances.items():
        prefix = f"{flat(path)}_"
        if name.startswith(prefix):
            source = composition.sources[module]
            return source.where(name.removeprefix(prefix))
    return composition.main.where(name)
