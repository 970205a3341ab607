"""Constructs of SBML in combination, outlined in constructs.yaml: our curves against those of libRoadRunner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmoor import integrate, load_model
from unmoor.base.document import read_document

CASES = read_document(Path(__file__).parent / "constructs.yaml").content
TIMES = np.linspace(0.0, 4.0, 9)


@pytest.mark.parametrize("name", CASES)
def test_curves_of_roadrunner(name, sbml, tmp_path):
    roadrunner = pytest.importorskip("roadrunner")
    case = CASES[name]
    text, shown = sbml(case["body"], **case.get("options", {})), list(case["shown"])
    (tmp_path / "m.xml").write_text(text)
    model = load_model(tmp_path / "m.xml")
    amounts = [symbol for symbol in shown if symbol in model.species]
    rest = [symbol for symbol in shown if symbol not in amounts]
    found = integrate(model, times=TIMES, outputs=rest, amounts=amounts, rtol=1e-9, atol=1e-12)
    assert int(found["status"]) == 0
    other = roadrunner.RoadRunner(text)
    other.integrator.relative_tolerance, other.integrator.absolute_tolerance = 1e-10, 1e-13
    other.timeCourseSelections = ["time", *shown]
    theirs = np.array(other.simulate(times=list(TIMES)))
    for k, symbol in enumerate(shown, start=1):
        np.testing.assert_allclose(found[symbol], theirs[:, k], rtol=2e-5, atol=1e-6, err_msg=symbol)
