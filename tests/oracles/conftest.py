"""Small SBML files written as an outline with formulas between braces."""

from __future__ import annotations

import re

import libsbml
import pytest

NAMESPACES = {
    (2, 1): "http://www.sbml.org/sbml/level2", (2, 4): "http://www.sbml.org/sbml/level2/version4",
    (3, 1): "http://www.sbml.org/sbml/level3/version1/core", (3, 2): "http://www.sbml.org/sbml/level3/version2/core",
}  # fmt: skip
#: what Level 3 wants to be told, unless the outline tells it
DEFAULTS = {
    "compartment": 'spatialDimensions="3" constant="true"',
    "species": 'compartment="V" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"',
    "parameter": 'constant="true"',
    "reaction": 'reversible="false"',
    "speciesReference": 'stoichiometry="1" constant="true"',
    "event": 'useValuesFromTriggerTime="true"',
    "trigger": 'initialValue="true" persistent="true"',
}


def outline(body: str, level: int = 3, version: int = 2, attributes: str = "", outer: str = "") -> str:
    """SBML text: `{formula}` becomes MathML, and elements of Level 3 get the DEFAULTS that they do not set."""

    def math(found: re.Match[str]) -> str:
        tree = libsbml.parseL3Formula(found[1])
        assert tree is not None, libsbml.getLastParseL3Error()
        return re.sub(r"^<\?xml[^>]*\?>\s*", "", libsbml.writeMathMLToString(tree))

    def completed(found: re.Match[str]) -> str:
        tag, given = found[1], found[2]
        default = DEFAULTS[tag] + (' fast="false"' if (tag, version) == ("reaction", 1) else "")
        if 'initialAssigned="' in given:  # left to an initial assignment or a rule
            given = re.sub(r'\s*initialAssigned="[^"]*"', "", given)
            default = default.replace('stoichiometry="1" ', "")
        more = [each for each in default.split() if f"{each.partition('=')[0]}=" not in given]
        return f"<{tag} {' '.join(more)}{given}"

    text = re.sub(r"\{([^{}]*)\}", math, body)
    if level == 3:
        text = re.sub(rf"<({'|'.join(DEFAULTS)})((?=[\s/>])[^>]*)", completed, text)
    return (
        f'<sbml xmlns="{NAMESPACES[level, version]}" level="{level}" version="{version}" {outer}>'
        f'<model id="m" {attributes}>{text}</model></sbml>'
    )


@pytest.fixture
def sbml():
    return outline
