"""From files to a model: what comes out of an SBML file, and what composition must never lose."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model import export_model, load_model
from unmoor.model.antimony import compose
from unmoor.model.build import _same_symbols, from_sbml
from unmoor.model.model import Row


def test_an_sbml_file_brings_its_own_names_and_no_tables(tiny, tmp_path):
    path = export_model(tiny, tmp_path / "out.xml")
    model = from_sbml(path, ())
    assert set(model.states) < set(model.outputs)  # everything the file names can be reported
    assert {"drugx_exchange", "plasma"} <= set(model.outputs)
    assert model.rows == {}
    assert model.constants["drugx_exchange"] == pytest.approx(3.0)
    assert model.files == (str(path),)


def test_an_sbml_file_takes_no_overlay(tiny, tmp_path):
    path = export_model(tiny, tmp_path / "out.xml")
    with pytest.raises(BadInput, match=r"out.xml: an SBML file takes no overlay"):
        load_model(path, overlay=[[Row("k", "constant", 1.0, "1")]])


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "out.xml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadInput, match="cannot read this file"):
        load_model(path)


def test_a_composition_that_lost_a_symbol_is_refused(content):
    import libsbml

    composition = compose(content.tiny)
    document = libsbml.readSBMLFromString(composition.sbml)
    kept = {each.getId(): each.getId() for each in document.getModel().getListOfParameters()}
    with pytest.raises(BadInput, match="did not compose the wiring as written; in doubt: drugx_central"):
        _same_symbols(document.getModel(), composition, kept)


def test_default_outputs_are_the_model_s_own_rows_in_the_order_of_its_table(content):
    rows = "cells,state,,10^6 cells,,,,,,,\n"
    content.edit("models/tiny.csv", rows, "")
    content.edit("models/tiny.csv", "plasma,output", f"{rows}plasma,output")
    assert load_model(content.tiny).outputs == ("cells", "plasma", "unbound")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("modules/effect/release.csv", "niche,state,,", "niche,state,steady,"),  # the module says so
        ("cells/blast.csv", "tether,constant,3", "niche,state,steady,cells,,,,,,,\ntether,constant,3"),  # the cell type
        ("models/tiny.csv", "fraction,", "blast.niche,state,steady,cells,,,,,,,\nfraction,"),  # or the model
    ],
)
def test_a_table_declares_a_steady_start(content, file, old, new):
    assert load_model(content.tiny).steady == ()
    content.edit(file, old, new)
    assert load_model(content.tiny).steady == ("blast_niche",)


def test_a_wired_state_starts_steady_by_the_row_of_either_end(content):
    content.edit("models/tiny.csv", "cells,state,,", "cells,state,steady,")
    assert load_model(content.tiny).steady == ("cells",)
    content.edit("models/tiny.csv", "cells,state,steady,", "cells,state,,")
    content.edit("modules/effect/release.csv", "blood,state,,", "blood,state,steady,")
    assert load_model(content.tiny).steady == ("cells",)


def test_an_export_of_a_steady_start_opens_elsewhere(content, tmp_path):
    """The text keeps the first guess, which is what a program without steady starts begins with."""
    content.edit("modules/effect/release.csv", "niche,state,,", "niche,state,steady,")
    model = load_model(content.tiny)
    again = load_model(export_model(model, tmp_path / "out.xml"))
    assert again.steady == ()
    assert again.initial == model.initial
