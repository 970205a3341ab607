"""Values and units written into the flattened SBML document, in the internal system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libsbml

from unmoor.base.units import DIMENSIONLESS, INTERNAL, Dimension, parse
from unmoor.model.document import items
from unmoor.model.model import Row
from unmoor.model.translate import DEFAULT_COMPARTMENT

# Kind, multiplier and scale of each internal base unit in SBML's terms.
_KINDS = (
    (libsbml.UNIT_KIND_SECOND, 3600.0, 0),
    (libsbml.UNIT_KIND_METRE, 1.0, -1),
    (libsbml.UNIT_KIND_MOLE, 1.0, -9),
    (libsbml.UNIT_KIND_KILOGRAM, 1.0, 0),
    (libsbml.UNIT_KIND_ITEM, 1.0, 0),
)
HOUR, LITRE = parse("h").dimension, parse("L").dimension


def unit_id(model: Any, dimension: Dimension) -> str:
    """The id of the unit definition for a dimension, made in the model when it is not there yet."""
    if dimension == DIMENSIONLESS:
        return "dimensionless"
    parts = [
        f"{'per_' if power < 0 else ''}{'L' if name == 'dm' and power % 3 == 0 else name}{_power(name, power)}"
        for name, power in sorted(zip(INTERNAL, dimension, strict=True), key=lambda each: each[1] < 0)
        if power
    ]
    name = "unit_" + "_".join(parts)
    if model.getUnitDefinition(name) is None:
        definition = model.createUnitDefinition()
        definition.setId(name)
        for (kind, multiplier, scale), power in zip(_KINDS, dimension, strict=True):
            if power:
                unit = definition.createUnit()
                litres = kind == libsbml.UNIT_KIND_METRE and power % 3 == 0
                unit.setKind(libsbml.UNIT_KIND_LITRE if litres else kind)
                unit.setExponent(power / 3 if litres else power)
                unit.setMultiplier(multiplier)
                unit.setScale(0 if litres else scale)
    return name


def _power(name: str, power: float) -> str:
    size = abs(power) / 3 if name == "dm" and power % 3 == 0 else abs(power)
    return "" if size == 1 else f"{size:g}".replace(".", "p")


def rename(model: Any, kept: Mapping[str, str]) -> None:
    """Give wired quantities the name this project keeps, where libAntimony kept another."""
    present = {each.getId() for each in symbols(model)}
    for name, wanted in kept.items():
        if name in present and wanted != name:
            model.getElementBySId(name).setId(wanted)
            elements = model.getListOfAllElements()
            for i in range(elements.getSize()):
                elements.get(i).renameSIdRefs(name, wanted)


def symbols(model: Any) -> list[Any]:
    """The compartments, species and parameters of an SBML model."""
    lists = (model.getListOfCompartments(), model.getListOfSpecies(), model.getListOfParameters())
    return [each for listed in lists for each in items(listed)]


def declare(model: Any, rows: Mapping[str, Row]) -> None:
    """Write values and units of `rows` (by id) into a flattened model; states without a start begin at zero."""
    model.setTimeUnits(unit_id(model, HOUR))
    model.setVolumeUnits(unit_id(model, LITRE))
    started = {each.getSymbol() for each in items(model.getListOfInitialAssignments())}
    assigned = {each.getVariable() for each in items(model.getListOfRules()) if not each.isRate()}
    substances = set()
    for element in symbols(model):
        name = element.getId()
        if name == DEFAULT_COMPARTMENT:
            element.setUnits(unit_id(model, LITRE))
            continue
        row = rows[name]
        dimension = parse(row.unit).dimension
        value = None if row.value is None else row.value * parse(row.unit).factor
        if model.getSpecies(name) is not None:
            if not element.getHasOnlySubstanceUnits():
                size = parse(rows[element.getCompartment()].unit).dimension
                dimension = tuple(a + b for a, b in zip(dimension, size, strict=True))
            substances.add(unit_id(model, dimension))
            element.setSubstanceUnits(unit_id(model, dimension))
            _start_species(element, value, name in started or name in assigned)
            continue
        element.setUnits(unit_id(model, dimension))
        compartment = model.getCompartment(name) is not None
        if value is not None:
            element.setSize(value) if compartment else element.setValue(value)
        elif (
            row.kind == "state"
            and name not in started
            and not (element.isSetSize() if compartment else element.isSetValue())
        ):
            element.setSize(0.0) if compartment else element.setValue(0.0)
        if row.kind == "switch":
            element.setConstant(False)
    if len(substances) == 1:
        model.setSubstanceUnits(*substances)
        model.setExtentUnits(*substances)


def _start_species(species: Any, value: float | None, computed: bool) -> None:
    if value is not None:
        if species.getHasOnlySubstanceUnits():
            species.setInitialAmount(value)
        else:
            species.setInitialConcentration(value)
    elif not computed and not species.isSetInitialAmount() and not species.isSetInitialConcentration():
        species.setInitialAmount(0.0)
