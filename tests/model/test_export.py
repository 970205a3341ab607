"""Exported files open elsewhere and give the same curves."""

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.model import export_model, load_model

NAMES = ("plasma", "cells", "drugx_peripheral")
TIMES = np.linspace(0, 48, 49)


@pytest.mark.parametrize("suffix", [".xml", ".ant"])
def test_the_file_simulates_elsewhere_to_the_same_curves(tiny, reference, tmp_path, suffix):
    roadrunner = pytest.importorskip("roadrunner")
    path = export_model(tiny, tmp_path / f"out{suffix}")
    if suffix == ".ant":
        antimony = pytest.importorskip("antimony")
        antimony.clearPreviousLoads()
        assert antimony.loadAntimonyFile(str(path)) >= 0, antimony.getLastError()
        other = roadrunner.RoadRunner(antimony.getSBMLString(antimony.getMainModuleName()))
    else:
        other = roadrunner.RoadRunner(str(path))
    other.integrator.absolute_tolerance, other.integrator.relative_tolerance = 1e-12, 1e-10
    other["drugx_central"] = 5_000.0
    other.timeCourseSelections = list(NAMES)
    theirs = np.asarray(other.simulate(0, 48, 49))
    ours = reference(tiny, TIMES, NAMES, {"drugx_central": 5_000.0})
    np.testing.assert_allclose(theirs, ours, rtol=1e-6, atol=1e-9)


def test_an_exported_sbml_file_is_a_model_again(tiny, reference, tmp_path):
    again = load_model(export_model(tiny, tmp_path / "out.xml"))
    assert set(again.states) == set(tiny.states)
    start = {"drugx_depot": 1_000.0}
    np.testing.assert_allclose(
        reference(again, TIMES, NAMES, start), reference(tiny, TIMES, NAMES, start), rtol=1e-7, atol=1e-9
    )


def test_exported_values_carry_units(tiny):
    import libsbml

    model = libsbml.readSBMLFromString(tiny.sbml).getModel()
    assert model.getParameter("drugx_typical_clearance").getUnits() == "unit_L_per_h"
    assert model.getParameter("fraction").getUnits() == "dimensionless"
    assert model.getSpecies("drugx_depot").getSubstanceUnits() == "unit_nmol"
    assert model.getParameter("cells").getUnits() == "unit_cell"
    assert model.getParameter("blast_washing").getConstant() is False


def test_other_suffixes_and_places_are_refused(tiny, tmp_path):
    with pytest.raises(BadInput, match=r"cannot export to 'out.mat'\n  end the file name with .xml, .sbml, .ant"):
        export_model(tiny, tmp_path / "out.mat")
    (tmp_path / "file").write_text("")
    with pytest.raises(UnmoorError, match="cannot write"):
        export_model(tiny, tmp_path / "file" / "out.xml")
