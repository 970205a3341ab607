"""A small suite of own cases in the form of the SBML semantic test suite: right, wrong by a digit, refused, broken."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

MATH = "http://www.w3.org/1998/Math/MathML"
DECAY = f"""<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfCompartments><compartment id="V" size="4" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies><species id="S" compartment="V" initialAmount="8" hasOnlySubstanceUnits="false" constant="false"
boundaryCondition="false"/></listOfSpecies><listOfParameters><parameter id="k" value="0.5" constant="true"/>
</listOfParameters><listOfReactions><reaction id="r" reversible="false"><listOfReactants>
<speciesReference species="S" stoichiometry="1" constant="true"/></listOfReactants><kineticLaw><math xmlns="{MATH}">
<apply><times/><ci>k</ci><ci>S</ci><ci>V</ci></apply></math></kineticLaw></reaction></listOfReactions></model></sbml>"""
DELAY = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">d</csymbol>'
CONSTANT = "<ci>k</ci>"
DELAYED = f"<apply>{DELAY}<ci>k</ci><cn>1</cn></apply>"
SETTINGS = """start: 0
duration: 2
steps: 2
variables: S, V, k
absolute: 1e-6
relative: 1e-6
amount: S
concentration: {concentration}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a case of decay; its published values are exact unless `off` is added to the last one.

    `rate` takes the place of the rate constant in the model; `delayed` makes it a delay, which is refused.
    """

    def case(
        name: str, *, rate: str = CONSTANT, delayed: bool = False, off: float = 0.0, concentration: str = ""
    ) -> Path:
        folder = tmp_path / "suite" / name
        folder.mkdir(parents=True)
        (folder / "model.xml").write_text(DECAY.replace(CONSTANT, DELAYED if delayed else rate))
        (folder / "settings.txt").write_text(SETTINGS.format(concentration=concentration))
        lines = [f"{t},{8 * math.exp(-0.5 * t) + off * (t == 2)!r},4,0.5" for t in (0, 1, 2)]
        (folder / "results.csv").write_text("\n".join(["time,S,V,k", *lines, ""]))
        return folder

    return case
