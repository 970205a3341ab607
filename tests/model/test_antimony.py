"""Composition through libAntimony: syntax errors with their place, imports, nested instances, flattened names."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model import load_model
from unmoor.model.antimony import compose


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("models/tiny.ant", "fraction*plasma", "fraction*", "tiny.ant:11: "),
        ("modules/pk/body.ant", "central/central_volume", "central/^central_volume", "body.ant:7: "),
        ("models/tiny.ant", "drugx: body();", "drugx: body(;", "tiny.ant:6: "),
        ("modules/effect/release.ant", "model release()", "model release(", "release.ant"),
    ],
)
def test_a_syntax_error_keeps_file_and_line(content, file, old, new, where):
    content.edit(file, old, new)
    assert content.problem().startswith(where)


def test_an_unknown_import_names_the_nearest_file(content):
    content.edit("models/tiny.ant", '"pk/body.ant"', '"pk/boddy.ant"')
    told = content.problem()
    assert "tiny.ant:2: unknown import 'pk/boddy.ant'" in told
    assert "did you mean 'pk/body.ant'?" in told


def test_imports_in_a_circle_are_refused(content):
    content.edit("modules/pk/body.ant", "model body()", 'import "tiny.ant"\nmodel body()')
    assert "body.ant:2: 'tiny.ant' imports this file in turn" in content.problem()


def test_a_file_holds_one_model_of_its_name(content):
    content.edit("modules/pk/body.ant", "model body()", "model bodi()")
    assert "the file must hold one model called 'body', like the file; it holds: bodi" in content.problem()


def test_an_interface_is_refused(content):
    content.edit("modules/pk/body.ant", "model body()", "model body(weight)")
    assert "body.ant:2: model 'body' lists an interface (weight)" in content.problem()


def test_names_after_flattening_do_not_depend_on_the_side_of_a_wire(content):
    there = load_model(content.tiny)
    for old, new in (
        ("drugx.concentration is plasma;", "plasma is drugx.concentration;"),
        ("blast.drug is unbound;", "unbound is blast.drug;"),
        ("blast.blood is cells;", "cells is blast.blood;"),
    ):
        content.edit("models/tiny.ant", old, new)
    back = load_model(content.tiny)
    assert back.states == there.states
    assert back.rates == there.rates
    assert back.aliases == there.aliases


def test_without_a_name_of_the_model_the_source_s_name_stays(content):
    content.edit("models/tiny.ant", "  unbound := fraction*plasma\n", "")
    content.edit("models/tiny.ant", "  drugx.concentration is plasma;\n", "")
    content.edit("models/tiny.csv", "unbound,output,,nM,,,,,,,\n", "")
    content.edit("models/tiny.csv", "plasma,output,,nM,,,,,,,\n", "")
    content.edit("models/tiny.csv", "fraction,constant,40,%,,,,,assumed,assumed,share not bound to protein\n", "")
    for wire in ("blast.drug is drugx.concentration;", "drugx.concentration is blast.drug;"):
        text = content.tiny.read_text()
        content.edit("models/tiny.ant", "blast.drug is unbound;", wire)
        model = load_model(content.tiny)
        assert "drugx_concentration" in model.assignments
        assert model.aliases["blast_drug"] == "drugx_concentration"
        content.tiny.write_text(text)


def test_instances_inside_modules(content):
    """A module made of two others: prefixes nest, the drug's table still finds its instance."""
    (content.root / "modules" / "pair.ant").write_text(
        'import "pk/body.ant"\nimport "effect/release.ant"\nmodel pair()\n  drugx: body();\n  blast: release();\n'
        "  blast.drug is drugx.concentration;\n  drugx.weight is weight;\nend\n"
    )
    header = (content.root / "models/tiny.csv").read_text().splitlines()[0]
    row = "weight,covariate,60,kg,,,,,assumed,assumed,"
    (content.root / "modules" / "pair.csv").write_text(f"{header}\n{row}\n")
    (content.root / "models" / "nest.ant").write_text('import "pair.ant"\nmodel nest()\n  left: pair();\nend\n')
    model = load_model(content.root / "models" / "nest.ant")
    assert model.instances == {"left": "pair", "left.drugx": "body", "left.blast": "release"}
    assert model.constants["left_drugx_exchange"] == 3.0
    assert model.constants["left_weight"] == 60.0
    assert model.resolve("left.blast.drug") == "left_drugx_concentration"


def test_flattened_names_that_collide_are_refused(content):
    content.edit("models/tiny.ant", "blast.drug is unbound;", "blast.drug is unbound;\n  blast_niche := fraction;")
    content.edit("models/tiny.csv", "fraction,", "blast_niche,output,,1,,,,,,,\nfraction,")
    with pytest.raises(BadInput, match=r"'blast_niche' and 'blast.niche' would both be called 'blast_niche'"):
        load_model(content.tiny)


def test_the_composition_says_who_is_who(content):
    composition = compose(content.tiny)
    assert composition.nature(("drugx", "depot")).kind == "species"
    assert composition.nature(("drugx", "clearance")).kind == "initial"
    assert composition.nature(("blast", "blood")).kind == "rate"
    assert composition.nature(("blast", "loosening")).kind == "assigned"
    assert composition.nature(("blast", "tether")).kind == "free"
    assert composition.where(("drugx", "clearance")) == "body.ant:6"
    assert composition.members()["drugx.depot"] == ("drugx", "depot")
