"""Which row speaks for a wired quantity."""


def test_an_input_that_is_not_connected_names_what_could_be(content):
    content.edit("models/tiny.ant", "  blast.drug is unbound;\n", "")
    told = content.problem()
    assert "tiny.ant, release.csv:4: input 'blast.drug' (nM) is not connected" in told
    assert "blast.drug is <source>" in told
    assert "drugx.concentration" in told
    assert "plasma" in told


def test_inputs_wired_to_each_other_only_are_filled_by_nobody(content):
    content.edit("models/tiny.ant", "blast: release();", "blast: release();\n  blast_two: release();")
    content.edit("models/tiny.ant", "blast.drug is unbound;", "blast.drug is blast_two.drug;")
    assert "nothing fills 'blast.drug', 'blast_two.drug'" in content.problem()


def test_two_equations_for_one_quantity_are_refused(content):
    content.edit(
        "models/tiny.ant", "blast.blood is cells;", "blast.blood is cells;\n  blast.egress_rate is blast.production;"
    )
    told = content.problem()
    assert "tiny.ant:14: wiring gives one quantity 2 meanings" in told
    assert "'blast.egress_rate' in release.ant:6" in told


def test_a_wire_must_not_replace_an_equation_by_a_value(content):
    content.edit(
        "models/tiny.ant", "blast.blood is cells;", "blast.blood is cells;\n  drugx.clearance is drugx.exchange;"
    )
    assert "wiring gives one quantity 2 meanings" in content.problem()


def test_two_modules_constants_with_different_values_need_a_name_of_the_model(content):
    content.edit("models/tiny.ant", "blast.blood is cells;", "blast.blood is cells;\n  drugx.exponent is blast.tether;")
    told = content.problem()
    assert "several values: drugx.exponent = 0.75 1 (body.csv:8), blast.tether = 3 1 (blast.csv:2)" in told


def test_wired_symbols_must_share_a_dimension(content):
    content.edit("modules/effect/release.csv", "drug,input,,nM", "drug,input,,L/h")
    told = "\n".join(content.problems())
    assert "release.csv:4: 'drug' is in 'L/h' (h^-1 dm^3), but 'unbound' in tiny.csv:5 is in 'nM' (dm^-3 nmol)" in told


def test_a_top_name_without_a_row_takes_the_row_of_what_fills_it(content):
    content.edit("models/tiny.csv", "plasma,output,,nM,,,,,,,\n", "")
    assert content.problems() == []
    from unmoor.model import load_model

    model = load_model(content.tiny)
    assert model.units["plasma"] == "nM"
    assert model.outputs == ("unbound", "cells")
