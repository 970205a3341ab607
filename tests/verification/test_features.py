"""Constructs named from the text of a model."""

import pytest

from unmoor.verification.features import features


def test_a_plain_reaction(write):
    text = (write("00001") / "model.xml").read_text()
    assert features(text) == {"reactions", "species counted as concentrations"}


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ('<compartment spatialDimensions="2"/>', "compartments of 0, 1 or 2 dimensions"),
        ('<compartment constant="false"/>', "compartments that may change"),
        ('<species conversionFactor="c"/>', "conversion factors"),
        ('<csymbol definitionURL="http://www.sbml.org/sbml/symbols/avogadro"/>', "avogadro"),
        ('<trigger persistent="false"><math/></trigger>', "triggers that do not persist"),
        ("<rateRule/>", "mathematics left out"),
        ('<x:event xmlns:x="y"/>', "events"),
        ("<quotient/>", "Level 3 Version 2 operators"),
    ],
)
def test_constructs_are_seen(text, feature):
    assert feature in features(f"<sbml>{text}</sbml>")


def test_a_rule_with_mathematics_is_not_left_out():
    assert features("<sbml><rateRule><math/></rateRule></sbml>") == {"rate rules"}


@pytest.mark.parametrize("text", ["<sbml>", "<!DOCTYPE x><sbml><event/></sbml>", ""])
def test_texts_that_are_refused_have_none(text):
    assert features(text) == frozenset()
