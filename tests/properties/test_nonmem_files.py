"""Files as NONMEM users keep them: dots, mixed case, MDV, compartments by number; against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor import integrate, load_model

K, KA = 0.1, 0.9
SBML = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="pk">
<listOfCompartments><compartment id="body" size="1" spatialDimensions="3" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="gut" compartment="body" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false"
 constant="false"/>
<species id="blood" compartment="body" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false"
 constant="false"/></listOfSpecies>
<listOfParameters><parameter id="ka" value="0.9" constant="true"/><parameter id="k" value="0.1" constant="true"/>
PARAMETERS</listOfParameters>
<listOfReactions>
<reaction id="absorption" reversible="false" fast="false">
<listOfReactants><speciesReference species="gut" stoichiometry="1" constant="true"/></listOfReactants>
<listOfProducts><speciesReference species="blood" stoichiometry="1" constant="true"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>ka</ci><ci>gut</ci></apply></math>
</kineticLaw></reaction>
<reaction id="elimination" reversible="false" fast="false">
<listOfReactants><speciesReference species="blood" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>k</ci><ci>blood</ci></apply></math>
</kineticLaw></reaction></listOfReactions></model></sbml>
"""


def bolus(t):
    return np.exp(-K * t) if t >= 0 else 0.0


def absorbed(t):
    return KA / (KA - K) * (np.exp(-K * t) - np.exp(-KA * t)) if t >= 0 else 0.0


def infused(t, duration):
    """Per unit of rate."""
    if t < 0:
        return 0.0
    return (1 - np.exp(-K * min(t, duration))) / K * np.exp(-K * max(t - duration, 0.0))


def for_ever(one, interval):
    """A series of which the last stands at 0, written out."""
    return lambda t: sum(one(t + n * interval) for n in range(400))


CASES = {
    "SS infusion shorter than II": (
        "id,time,evid,amt,cmt,rate,ii,ss,mdv,dv\n1,0,1,100,2,25,12,1,1,.\n1,TIMES,0,.,.,.,.,.,0,7\n",
        {}, lambda t: 25 * for_ever(lambda s: infused(s, 4), 12)(t),
    ),
    "SS infusions longer than II overlap and run on": (
        "ID,TIME,EVID,AMT,CMT,RATE,II,SS\n1,0,1,100,2,5,8,1\n1,TIMES,0,.,2,.,.,.\n",
        {}, lambda t: 5 * for_ever(lambda s: infused(s, 20), 8)(t),
    ),
    "SS with further doses": (
        "Id,Time,Evid,Amt,Cmt,Addl,Ii,Ss\n1,0,1,50,2,2,6,1\n1,TIMES,0,.,.,.,.,.\n",
        {}, lambda t: 50 * (for_ever(bolus, 6)(t) + bolus(t - 6) + bolus(t - 12)),
    ),
    "a lagged SS by mouth": (
        "ID,TIME,AMT,CMT,II,SS,MDV\n1,0,50,1,12,1,1\n1,TIMES,.,1,.,.,0\n",
        {"ALAG1": 1.5, "F1": 0.6}, lambda t: 30 * for_ever(absorbed, 12)(t - 1.5 if t >= 1.5 else t + 10.5),
    ),
    "rate -2 with D2": (
        "ID,TIME,EVID,AMT,CMT,RATE\n1,0,1,80,2,-2\n1,TIMES,0,.,.,.\n",
        {"D2": 5.0}, lambda t: 16 * infused(t, 5),
    ),
    "rate -1 with R2, F lengthens": (
        "ID,TIME,EVID,AMT,CMT,RATE\n1,0,1,80,2,-1\n1,TIMES,0,.,.,.\n",
        {"R2": 10.0, "F2": 0.5}, lambda t: 10 * infused(t, 4),
    ),
    "SS 2 on top, then EVID 4 and 3": (
        "ID,TIME,EVID,AMT,CMT,RATE,II,SS\n1,0,1,40,2,0,0,0\n1,0,1,100,2,0,24,2\n1,TIMES,0,.,.,.,.,.\n",
        {}, lambda t: 40 * bolus(t) + 100 * for_ever(bolus, 24)(t),
    ),
    "constant infusion to steady state": (
        "ID,TIME,EVID,AMT,CMT,RATE,SS\n1,0,1,0,2,7,1\n1,TIMES,0,.,.,.,.\n", {}, lambda t: 7 / K * bolus(t),
    ),
    "EVID 4 forgets and EVID 3 empties": (
        "ID,TIME,EVID,AMT,CMT,RATE\n1,-3,1,90,2,10\n1,0,4,20,2,0\n1,TIMES,0,.,.,.\n1,60,3,.,.,.\n1,61,0,.,.,.\n",
        {}, lambda t: 20 * bolus(t) if t < 60 else 0.0,
    ),
}  # fmt: skip
HOURS = (0.3, 1.0, 4.0, 5.5, 7.9, 11.0, 17.25, 30.0)


@pytest.mark.parametrize("name", CASES)
def test_a_file_gives_its_closed_form(tmp_path, name):
    text, parameters, exact = CASES[name]
    lines = []
    for line in text.splitlines():
        lines += [line.replace("TIMES", str(t)) for t in HOURS] if "TIMES" in line else [line]
    (tmp_path / "doses.csv").write_text("\n".join(lines) + "\n")
    extra = "".join(f'<parameter id="{key}" value="{value}" constant="true"/>' for key, value in parameters.items())
    (tmp_path / "pk.xml").write_text(SBML.replace("PARAMETERS", extra))
    model = load_model(tmp_path / "pk.xml")
    found = integrate(model, events=str(tmp_path / "doses.csv"), outputs=["blood"], rtol=1e-9, atol=1e-10)
    times = found["time"].values
    assert len(times) >= len(HOURS)
    np.testing.assert_allclose(np.ravel(found["blood"].values), [exact(t) for t in times], rtol=1e-6, atol=1e-7)
