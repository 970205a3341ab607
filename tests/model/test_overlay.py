"""Who may give a value: module, then drug or cell type, then the model."""

import pytest

from unmoor.model import load_model
from unmoor.model.overlay import owner_of


@pytest.mark.parametrize(
    ("instance", "owner"),
    [
        ("plerixafor", "plerixafor"),
        ("plerixafor_lock", "plerixafor"),
        ("cd34_cells", "cd34"),
        ("cd34plus", None),
        ("cd34_early_pool", "cd34_early"),
        ("marrow.cd34", "cd34"),
        ("cd34.marrow", "cd34"),
        ("other", None),
    ],
)
def test_instances_are_owned_by_the_longest_name_before_an_underscore(instance, owner):
    assert owner_of(instance, ["cd34", "cd34_early", "plerixafor"]) == owner


def test_a_symbol_nobody_fills_lists_who_could(content):
    content.edit("drugs/drugx.csv", "exchange,constant,3,L/h,,,,,assumed,assumed,\n", "")
    told = content.problem()
    assert "body.csv:12: nobody gives 'drugx.exchange' a value" in told
    assert "these could: body.csv; drugs/drugx.csv; tiny.csv as 'drugx.exchange'" in told


def test_an_adverse_event_fills_the_instance_named_after_it(content):
    content.edit("drugs/drugx.csv", "exchange,constant,3,L/h,,,,,assumed,assumed,\n", "")
    folder = content.root / "events"
    folder.mkdir()
    header = (content.root / "drugs" / "drugx.csv").read_text().splitlines()[0]
    (folder / "drugx_b.csv").write_text(f"{header}\nexchange,constant,3,L/h,,,,,assumed,assumed,\n")
    assert "nobody gives 'drugx.exchange' a value" in content.problem()
    for old in ("drugx: body", "drugx.weight", "drugx.conc"):
        content.edit("models/tiny.ant", old, old.replace("drugx", "drugx_b"))
    assert "exchange" not in "\n".join(content.problems())


def test_an_instance_named_after_no_owner_lists_the_owners_that_have_the_row(content):
    for old, new in (("drugx: body", "drugy: body"), ("drugx.weight", "drugy.weight"), ("drugx.conc", "drugy.conc")):
        content.edit("models/tiny.ant", old, new)
    told = "\n".join(content.problems())
    assert "nobody gives 'drugy.exchange' a value" in told
    assert "a row 'exchange' is in: drugx" in told


def test_a_drug_row_without_a_symbol_in_any_module(content):
    content.edit("drugs/drugx.csv", "exchange,", "exchnge,")
    told = content.problems()
    assert any("drugx.csv:5: a row without a symbol: no module has 'exchnge'" in each for each in told)
    assert any("did you mean 'exchange'" in each for each in told)


def test_a_drug_row_for_a_module_this_model_does_not_use_is_no_fault(content):
    content.edit("drugs/drugx.csv", "exchange,", "affinity,constant,5,nM,,,,,assumed,assumed,\nexchange,")
    assert content.problems() == []


def test_the_model_s_table_reaches_into_instances(content):
    content.edit("models/tiny.csv", "fraction,", "blast.tether,constant,1.5,1,,,,,assumed,assumed,\nfraction,")
    assert load_model(content.tiny).constants["blast_tether"] == 1.5
    content.edit("models/tiny.csv", "blast.tether", "blast.tethr")
    told = content.problem()
    assert "tiny.csv:3: a row without a symbol: 'blast.tethr'" in told
    assert "did you mean 'blast.tether'" in told


def test_computed_symbols_take_no_value_from_anyone(content):
    content.edit("drugs/drugx.csv", "exchange,", "clearance,constant,5,L/h,,,,,assumed,assumed,\nexchange,")
    told = content.problem()
    assert "drugx.csv:5: 'clearance' is of kind 'output' in body.csv:14, not 'constant'" in told


def test_a_row_without_a_value_changes_the_spread_only(content):
    content.edit("models/tiny.csv", "fraction,", "drugx.exchange,constant,,L/h,lognormal,20,,,,,\nfraction,")
    row = load_model(content.tiny).rows["drugx_exchange"]
    assert (row.value, row.distribution, row.spread, row.source) == (3.0, "lognormal", 20.0, "assumed")


def test_a_new_value_does_not_inherit_another_source_s_spread(content):
    content.edit(
        "models/tiny.csv", "fraction,", "drugx.typical_clearance,constant,5,L/h,,,,,assumed,assumed,\nfraction,"
    )
    row = load_model(content.tiny).rows["drugx_typical_clearance"]
    assert (row.value, row.unit, row.distribution, row.spread) == (5.0, "L/h", "", None)
