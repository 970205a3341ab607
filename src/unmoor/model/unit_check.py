"""Units of equations, judged by libSBML's validator and told in the words of the text and its table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import libsbml

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.units import BASE, Dimension, parse, spell
from unmoor.model.antimony import Composition
from unmoor.model.declare import HOUR, unit_id
from unmoor.model.document import items, sentence
from unmoor.model.merge import Merged
from unmoor.model.model import Row
from unmoor.model.wiring import flat

_UNIT = re.compile(r"(\w+) \(exponent = ([-\w.+]+), multiplier = ([-\w.+]+), scale = ([-\w.+]+)\)")
_PURE = re.compile(r"(?<=\d) dimensionless")
_EXPECTED = re.compile(r"Expected units are (?P<expected>.*?) but the units returned by .*? are (?P<found>.*?)\.?$")
_BASES = {
    "dimensionless": (0, 0.0),
    "second": (0, 1.0),
    "metre": (1, 1.0),
    "litre": (1, 3.0),
    "mole": (2, 1.0),
    "kilogram": (3, 1.0),
    "item": (4, 1.0),
}
# The validator's remarks that it could not look at everything; it says so even where it found the fault.
_REMARKS = frozenset(range(99505, 99510))


@dataclass(frozen=True)
class _Equation:
    """An equation of the document: the symbol it defines, its sign in the text, and itself as text."""

    name: str
    sign: str
    text: str


def check_units(document: Any, composition: Composition, merged: Merged, problems: list[UnmoorError]) -> None:
    """Append a problem for every equation whose units do not agree; `document` already carries units."""
    copy = document.clone()
    model = copy.getModel()
    _reactions_as_rules(model, composition, merged.rows, problems)
    _bare_zeros(model)
    # Written and read again, because elements of a changed document have no line numbers.
    parsed = libsbml.readSBMLFromString(libsbml.writeSBMLToString(copy))
    for category in range(libsbml.LIBSBML_CAT_INTERNAL_CONSISTENCY + 1):
        parsed.setConsistencyChecks(category, category == libsbml.LIBSBML_CAT_UNITS_CONSISTENCY)
    parsed.checkConsistency()
    equations = _equations(parsed.getModel())
    told: dict[_Equation, list[str]] = {}
    for i in range(parsed.getNumErrors()):
        error = parsed.getError(i)
        if error.getErrorId() not in _REMARKS:
            line = max((each for each in equations if each <= error.getLine()), default=0)
            told.setdefault(equations[line], []).append(sentence(error.getMessage()))
    for equation, messages in told.items():
        # A mismatch inside makes the whole indeterminable, which says nothing more.
        telling = [each for each in messages if "indeterminable" not in each] or messages
        problems.append(_problem(equation, telling[0], composition, merged))


def _reactions_as_rules(
    model: Any, composition: Composition, rows: Mapping[str, Row], problems: list[UnmoorError]
) -> None:
    """SBML knows one unit of extent a model; ours mixes nmol and cells, so each rate is checked as a quantity."""
    for reaction in items(model.getListOfReactions()):
        name = reaction.getId()
        amounts = {
            each.getSpecies(): _amount(model.getSpecies(each.getSpecies()), rows)
            for each in [*items(reaction.getListOfReactants()), *items(reaction.getListOfProducts())]
        }
        math = reaction.getKineticLaw().getMath().deepCopy() if reaction.getKineticLaw() is not None else None
        model.removeReaction(name)
        if len(set(amounts.values())) > 1:
            told = ", ".join(f"{species} in {spell(each)}" for species, each in amounts.items())
            what = f"reaction '{name}' turns one unit into another: {told}"
            problems.append(BadInput(what, where=_reaction_place(name, composition), todo="wire it as two flows"))
        if amounts and math is not None:
            amount = next(iter(amounts.values()))
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


def _equations(model: Any) -> dict[int, _Equation]:
    """First line of each equation in the document -> the equation."""
    found = {0: _Equation(model.getId(), "", "")}
    for each in items(model.getListOfRules()):
        sign = "'=" if each.isRate() else ":="
        shown = f"{each.getVariable()}' =" if each.isRate() else f"{each.getVariable()} :="
        found[each.getLine()] = _Equation(each.getVariable(), sign, f"{shown} {_infix(each)}")
    for each in items(model.getListOfInitialAssignments()):
        found[each.getLine()] = _Equation(each.getSymbol(), "=", f"{each.getSymbol()} = {_infix(each)}")
    return found


def _infix(element: Any) -> str:
    return _PURE.sub("", str(libsbml.formulaToL3String(element.getMath())))


def _problem(equation: _Equation, message: str, composition: Composition, merged: Merged) -> UnmoorError:
    name, row = equation.name, merged.rows.get(equation.name)
    origin = composition.members().get(merged.origins.get(name, ""))
    where = composition.where(origin, equation.sign) if origin else _reaction_place(name, composition)
    match = _EXPECTED.search(message)
    if match:
        declared = f"'{name}' is declared in {row.unit} ({row.where})" if row else f"'{name}' is a reaction rate"
        said = f"{declared}, so this must be in {_spelled(match['expected'])}, but it is in {_spelled(match['found'])}"
    else:
        said = _PURE.sub("", message)
    todo = "correct the equation, or the unit in the table"
    return BadInput(f"units of '{equation.text}': {said}", where=where, todo=todo)


def _spelled(units: str) -> str:
    """libSBML's list of units in the internal system; its own words where it has none."""
    found = _UNIT.findall(units)
    if not found or any(kind not in _BASES for kind, *_ in found):
        return units
    powers = [0.0] * len(BASE)
    for kind, exponent, _, _ in found:
        position, size = _BASES[kind]
        powers[position] += size * float(exponent)
    return spell(tuple(powers))


def _reaction_place(name: str, composition: Composition) -> str:
    """File and line of a reaction, by its flattened id."""
    for path, module in composition.instances.items():
        if name.startswith(f"{flat(path)}_"):
            source = composition.sources[module]
            line = source.line_of(name.removeprefix(f"{flat(path)}_"))
            if line:
                return source.at(line)
    return composition.main.where(name)
