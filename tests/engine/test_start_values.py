"""A constant that changes in time, and what was computed from it at the start."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import Unsupported
from unmoor.dosing.events import Events

TEXT = """<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="m">
<listOfParameters><parameter id="cl" value="2" constant="true"/><parameter id="v" value="4" constant="true"/>
<parameter id="k" constant="true"/><parameter id="twice" constant="false"/>
<parameter id="x" value="1" constant="false"/>
</listOfParameters><listOfInitialAssignments><initialAssignment symbol="k">
<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><divide/><ci>twice</ci><ci>v</ci></apply></math>
</initialAssignment></listOfInitialAssignments><listOfRules><assignmentRule variable="twice">
<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>2</cn><ci>cl</ci></apply></math></assignmentRule>
<rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>-1</cn><ci>k</ci><ci>x</ci>
</apply></math></rateRule></listOfRules></model></sbml>"""


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    path = tmp_path_factory.mktemp("sbml") / "m.xml"
    path.write_text(TEXT)
    return load_model(path)


@pytest.mark.parametrize("name", ["cl", "v"])
@pytest.mark.parametrize("tabular", [True, False])
def test_an_initial_assignment_of_a_file_is_kept_from_following(filed, name, tabular):
    """SBML and NONMEM disagree here, through rules as well, so that neither is guessed."""
    table = pd.DataFrame({"TIME": [0.0, 1.0], "EVID": 2, name: [2.0, 5.0]})
    events = table if tabular else Events.switch(0, 1.0, name, 5.0)
    with pytest.raises(Unsupported, match=f"'{name}' changes in time, and the initial assignment of 'k' is computed"):
        integrate(filed, events=events, times=[0.0, 2.0])


def test_one_value_for_the_whole_course_is_the_start(filed):
    table = pd.DataFrame({"ID": [1, 1, 2, 2], "TIME": [0.0, 1.0] * 2, "EVID": 2, "cl": [2.0, 2.0, 4.0, 4.0]})
    found = integrate(filed, events=table, times=[0.0, 2.0], outputs=["x"], rtol=1e-9)
    np.testing.assert_allclose(found["x"][:, 1], np.exp([-2.0, -4.0]), rtol=1e-7)


def test_what_the_library_computes_from_a_covariate_follows_it():
    """As in NONMEM: a clearance that renal function sets is another one from the record that changes the function."""
    model = load_model("plerixafor_pk")
    table = pd.DataFrame({"TIME": [0.0, 5.0], "EVID": 2, "creatinine_clearance": [100.0, 30.0]})
    found = integrate(model, events=table, times=[4.9, 5.0], outputs=["plerixafor_clearance"])["plerixafor_clearance"]
    people = {"creatinine_clearance": [100.0, 30.0]}
    alone = integrate(model, parameters=people, times=[0.0], outputs=["plerixafor_clearance"])["plerixafor_clearance"]
    alone = alone.values[:, 0]
    np.testing.assert_allclose(found.values, alone, rtol=1e-12)
    assert alone[1] < alone[0]
