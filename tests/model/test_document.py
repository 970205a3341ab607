"""SBML that must be refused, by name, before anything is computed."""

import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model.document import DEEPEST, open_document, sentence

CORE = "http://www.sbml.org/sbml/level3/version2/core"
MATH = "http://www.w3.org/1998/Math/MathML"
ONE = f'<math xmlns="{MATH}"><cn>1</cn></math>'


def sbml(body="", attributes="", level=3, version=2, namespace=CORE):
    opening = f'<sbml xmlns="{namespace}" {attributes} level="{level}" version="{version}">'
    return f'<?xml version="1.0"?>{opening}<model id="m">{body}</model></sbml>'


PARAMETER = '<listOfParameters><parameter id="{0}" value="1" constant="false"/></listOfParameters>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            f"{PARAMETER.format('k')}<listOfRules><algebraicRule>{ONE}</algebraicRule></listOfRules>",
            "an algebraic rule",
        ),
        (f"<listOfConstraints><constraint>{ONE}</constraint></listOfConstraints>", "a constraint"),
        (PARAMETER.format("time"), "a symbol called 'time'"),
    ],
)
def test_constructs_that_are_not_computed(body, said):
    with pytest.raises(Unsupported, match=f"file.xml: .*{said}"):
        open_document(sbml(body), "file.xml", check=False)


@pytest.mark.parametrize(
    "address", ["http://www.sbml.org/sbml/level3/version1/comp/version1", "http://example.org/zzz"]
)
def test_packages_that_must_be_understood_are_refused(address):
    attributes = f'xmlns:extra="{address}" extra:required="true"'
    with pytest.raises(Unsupported, match=f"the SBML package 'extra' \\({address}\\) is not supported"):
        open_document(sbml(attributes=attributes), "file.xml", check=True)


def test_packages_that_only_add_pictures_are_passed_over():
    attributes = 'xmlns:layout="http://www.sbml.org/sbml/level3/version1/layout/version1" layout:required="false"'
    document = open_document(sbml(PARAMETER.format("k"), attributes), "file.xml", check=True)
    assert document.getModel().getNumParameters() == 1


def test_level_1_is_refused():
    compartments = '<listOfCompartments><compartment name="c"/></listOfCompartments>'
    text = f'<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model>{compartments}</model></sbml>'
    with pytest.raises(Unsupported, match="Level 1"):
        open_document(text, "file.xml", check=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no element found"),
        ("just text", "syntax error"),
        ("<sbml><model></sbml>", "mismatched tag"),
        ("<html/>", "file.xml"),
    ],
)
def test_text_that_is_no_sbml(text, said):
    with pytest.raises(BadInput, match=said):
        open_document(text, "file.xml", check=True)


def test_hostile_xml_does_not_reach_libsbml():
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sbml>&b;</sbml>'
    with pytest.raises(Unsupported, match="declares a document type"):
        open_document(bomb, "file.xml", check=True)
    deep = "<a>" * (DEEPEST + 10) + "</a>" * (DEEPEST + 10)
    with pytest.raises(Unsupported, match=f"nested more than {DEEPEST} deep"):
        open_document(deep, "file.xml", check=True)


def test_an_undefined_symbol_is_libsbml_s_finding_with_a_line():
    math = f'<math xmlns="{MATH}"><ci>nothing</ci></math>'
    rule = f'<assignmentRule variable="k">{math}</assignmentRule>'
    body = f"{PARAMETER.format('k')}<listOfRules>\n{rule}</listOfRules>"
    with pytest.raises(BadInput, match=r"file.xml:2: .*'nothing'"):
        open_document(sbml(body), "file.xml", check=True)


def test_the_sentence_of_a_message_drops_the_reference():
    message = "A rule.\nReference: L3V2 Section 3.4\n The formula 'x' is\n odd.\n"
    assert sentence(message) == "The formula 'x' is odd."
    assert sentence("Only this.\n") == "Only this."
