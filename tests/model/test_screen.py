"""Texts that must not reach libSBML, refused while they stream by; texts that may, let through."""

import time

import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.model import screen as module
from unmoor.model.screen import DEEPEST, ENTANGLED, LONGEST, MOST_ELEMENTS, entanglement, read_model_text, screen


def test_plain_models_pass():
    assert screen('<?xml version="1.0"?>\n<sbml><model id="m"/></sbml>', "file.xml")


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">',
        "<!DOCTYPE sbml>",
    ],
)
def test_document_types_and_entities_are_refused(declared):
    with pytest.raises(Unsupported, match=r"file.xml: the XML declares a document type or entities"):
        screen(f'<?xml version="1.0"?>{declared}<sbml>&b;</sbml>', "file.xml")


def test_depth_has_a_limit():
    assert screen("<a>" * DEEPEST + "</a>" * DEEPEST, "f")
    with pytest.raises(Unsupported, match=f"nested more than {DEEPEST} deep"):
        screen("<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1), "f")


@pytest.mark.parametrize(
    "text",
    [
        '<sbml><parameter id="{}"/></sbml>',
        "<sbml><math><ci>{}</ci></math></sbml>",
        "<sbml><m:math xmlns:m='x'><m:cn>{}</m:cn></m:math></sbml>",
        "<sbml><{0}></{0}></sbml>",
    ],
)
def test_names_and_numbers_have_a_length(text):
    assert screen(text.format("x" * LONGEST), "f")
    with pytest.raises(Unsupported, match=f"more than {LONGEST:,} characters"):
        screen(text.format("x" * 10_000_000), "f")


def test_notes_may_be_long():
    notes = f'<notes><p title="{"x" * 20_000}">{"y" * 20_000}</p></notes>'
    assert screen(f"<sbml>{notes}<annotation>{notes}</annotation></sbml>", "f")


def test_the_number_of_elements_has_a_limit():
    start = time.perf_counter()
    with pytest.raises(Unsupported, match=f"more than {MOST_ELEMENTS:,} species"):
        screen("<sbml>" + '<species id="s"/>' * 100_000 + "</sbml>", "f")
    assert time.perf_counter() - start < 10


def test_size_has_a_limit(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "LARGEST", 2_000_000)
    with pytest.raises(Unsupported, match="more than 2 million characters"):
        screen("<sbml>" + " " * 2_000_000 + "</sbml>", "f")
    file = tmp_path / "large.xml"
    file.write_bytes(b" " * 2_000_001)
    with pytest.raises(Unsupported, match="more than 2 million bytes"):
        read_model_text(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<sbml>\xff\xfe</sbml>", "cannot read this file"), (b"<sbml>\0</sbml>", "NUL characters")],
)
def test_bytes_that_are_no_text(content, said, tmp_path):
    file = tmp_path / "file.xml"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read_model_text(file)


def test_a_byte_order_mark_is_no_text(tmp_path):
    file = tmp_path / "file.xml"
    file.write_bytes(b"\xef\xbb\xbf<sbml/>")
    assert read_model_text(file) == "<sbml/>"


def test_malformed_xml_has_a_line():
    with pytest.raises(BadInput, match="not well-formed XML: mismatched tag: line 2"):
        screen("<sbml>\n<model></sbml>", "f")


def chain(count):
    rules = "".join(f'<assignmentRule variable="a{i}"><ci>a{i - 1}</ci></assignmentRule>' for i in range(1, count))
    return f"<sbml>{rules}</sbml>"


def test_long_chains_of_rules_are_not_for_libsbml_to_check():
    assert screen(chain(50), "f")
    assert not screen(chain(1000), "f")


def test_entanglement_counts_what_is_reached_through_others():
    assert entanglement({"a": {"b"}, "b": {"c"}, "c": {"x"}}) == 3
    assert entanglement({"a": {"b"}, "b": {"a"}}) == 4
    assert entanglement({f"a{i}": {f"a{i - 1}"} for i in range(1000)}) == ENTANGLED + 1
