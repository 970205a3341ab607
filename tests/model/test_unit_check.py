"""Inconsistent units are refused with the equation, both units and the place."""

import pytest


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "said"),
    [
        ("modules/pk/body.ant", "concentration := central/central_volume", "concentration := central*central_volume",
         "body.ant:7", "so this must be in dm^-3 nmol, but it is in dm^3 nmol"),
        ("modules/pk/body.ant", "concentration := central/central_volume",
         "concentration := central/central_volume + clearance",
         "body.ant:7", "can only act on variables with the same units"),
        ("modules/pk/body.ant", "clearance*concentration", "clearance*central",
         "body.ant:10", "a reaction rate, so this must be in h^-1 nmol, but it is in h^-1 dm^3 nmol"),
        ("modules/effect/release.ant", "tether*drug/(drug", "tether*affinity*drug/(drug",
         "release.ant:7", "can only act on dimensionless variables"),
        ("modules/effect/release.ant", "niche = reserve*blood_baseline", "niche = reserve*blood_loss",
         "release.ant:4", "so this must be in cell, but it is in h^-1"),
        ("modules/effect/release.ant", "- washing*blood", "- washing",
         "release.ant:9", "can only act on variables with the same units"),
        ("modules/pk/body.ant", "(weight/reference_weight)^exponent", "(weight*reference_weight)^exponent",
         "body.ant:6", "clearance"),
        ("modules/pk/body.csv", "absorption_rate,constant,,1/h", "absorption_rate,constant,,L/h",
         "drugx.csv:6", "'absorption_rate' is in '1/min'"),
        ("models/tiny.ant", "unbound := fraction*plasma", "unbound := fraction + plasma", "tiny.ant:11", "unbound"),
    ],
)  # fmt: skip
def test_each_kind_of_mismatch(content, file, old, new, where, said):
    content.edit(file, old, new)
    told = content.problems()
    assert any(where in each and said in each for each in told), told


def test_the_declared_row_is_named(content):
    content.edit("modules/pk/body.csv", "clearance,output,,L/h", "clearance,output,,L")
    told = "\n".join(content.problems())
    assert "'drugx_clearance' is declared in L (body.csv:14)" in told


def test_a_reaction_must_not_turn_amounts_into_cells(content):
    content.edit("modules/pk/body.csv", "peripheral,state,,nmol", "peripheral,state,,cells")
    told = "\n".join(content.problems())
    assert "body.ant:11: reaction 'drugx_distribution' turns one unit into another" in told


def test_zero_has_every_unit(content):
    content.edit(
        "modules/pk/body.ant",
        "concentration := central/central_volume",
        "concentration := max(central, 0)/central_volume",
    )
    assert content.problems() == []
