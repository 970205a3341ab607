"""Which constructs of SBML a model uses, read from its text, so that a table can be made by construct."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from unmoor.base.errors import UnmoorError
from unmoor.model.screen import screen

_ELEMENTS = {
    "reaction": "reactions", "rateRule": "rate rules", "assignmentRule": "assignment rules",
    "initialAssignment": "initial assignments", "functionDefinition": "function definitions",
    "localParameter": "local parameters", "piecewise": "piecewise", "constraint": "constraints",
    "event": "events", "delay": "event delays", "priority": "event priorities", "algebraicRule": "algebraic rules",
    "modifierSpeciesReference": "modifiers", "stoichiometryMath": "stoichiometry formulas (Level 2)",
    "implies": "Level 3 Version 2 operators", "quotient": "Level 3 Version 2 operators",
    "rem": "Level 3 Version 2 operators", "max": "Level 3 Version 2 operators", "min": "Level 3 Version 2 operators",
    "factorial": "factorials", "xor": "logic", "and": "logic", "or": "logic", "not": "logic",
}  # fmt: skip
_FLAGS = {
    ("species", "hasOnlySubstanceUnits", "true"): "species counted as amounts",
    ("species", "hasOnlySubstanceUnits", "false"): "species counted as concentrations",
    ("species", "boundaryCondition", "true"): "boundary species",
    ("species", "constant", "true"): "constant species",
    ("compartment", "constant", "false"): "compartments that may change",
    ("speciesReference", "constant", "false"): "stoichiometries that may change",
    ("trigger", "persistent", "false"): "triggers that do not persist",
    ("trigger", "initialValue", "false"): "triggers false before the start",
    ("event", "useValuesFromTriggerTime", "false"): "event values at execution",
}
_SYMBOLS = {"time": "the symbol time", "avogadro": "avogadro", "rateOf": "rateOf", "delay": "delays"}
_WITH_MATH = {
    "rateRule", "assignmentRule", "initialAssignment", "kineticLaw", "constraint", "trigger", "delay", "priority",
    "eventAssignment", "functionDefinition",
}  # fmt: skip


def features(text: str) -> frozenset[str]:
    """Names of the constructs that an SBML text uses; empty for a text that is refused as it stands."""
    try:
        screen(text, "")
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (UnmoorError, ElementTree.ParseError):
        return frozenset()
    found: set[str] = set()
    for element in root.iter():
        tag = _local(element.tag)
        if tag in _ELEMENTS:
            found.add(_ELEMENTS[tag])
        for (owner, attribute, value), feature in _FLAGS.items():
            if tag == owner and element.get(attribute) == value:
                found.add(feature)
        if tag == "compartment" and element.get("spatialDimensions") in ("0", "1", "2"):
            found.add("compartments of 0, 1 or 2 dimensions")
        if "conversionFactor" in element.attrib:
            found.add("conversion factors")
        if tag == "csymbol":
            found.add(_SYMBOLS.get(element.get("definitionURL", "").rpartition("/")[2], "other symbols"))
        if tag in _WITH_MATH and not any(_local(child.tag) == "math" for child in element):
            found.add("mathematics left out")
    return frozenset(found)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
