"""SBML that must be refused, by name, before anything is computed."""

import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model.document import open_document, sentence

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


@pytest.mark.parametrize(
    "attributes",
    ['timeUnits="eon"', 'areaUnits="area"', 'lengthUnits="furlong"', 'volumeUnits="bucket"', 'extentUnits="heap"'],
)
def test_units_that_nobody_defines_change_no_number(attributes):
    text = sbml(PARAMETER.format("k")).replace('<model id="m">', f'<model id="m" {attributes}>')
    assert open_document(text, "file.xml", check=True).getModel().getNumParameters() == 1


def test_units_of_a_parameter_that_nobody_defines_change_no_number():
    body = PARAMETER.format("k").replace("<parameter ", '<parameter units="stone" ')
    assert open_document(sbml(body), "file.xml", check=True).getModel().getNumParameters() == 1


def test_long_chains_of_rules_are_read_in_seconds():
    """libSBML looks for circles in them for more than an hour; circles are found by our own ordering."""
    count = 1500
    parameters = "".join(f'<parameter id="a{i}" value="1" constant="false"/>' for i in range(count))
    rules = "".join(
        f'<assignmentRule variable="a{i}"><math xmlns="{MATH}"><ci>a{i - 1}</ci></math></assignmentRule>'
        for i in range(1, count)
    )
    text = sbml(f"<listOfParameters>{parameters}</listOfParameters><listOfRules>{rules}</listOfRules>")
    assert open_document(text, "file.xml", check=True).getModel().getNumRules() == count - 1
