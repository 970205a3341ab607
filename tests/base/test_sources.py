from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.base.sources import bibliography, cited, nature


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("hendrix2000 PPK003", "cited"),
        ("assumed", "assumed"),
        ("Assumed: no study measured it", "assumed"),
        ("derived: half-life and volume of melhem2018", "derived"),
        ("fitted:mobilisation-donors", "fitted"),
        ("assumedly2001 X", "cited"),
        ("  ", "none"),
    ],
)
def test_the_kind_of_a_source(source: str, kind: str) -> None:
    assert nature(source) == kind


def test_the_library_can_be_read_and_printed() -> None:
    known = bibliography()
    melhem = known["melhem2018"]
    assert melhem.kind == "article"
    assert melhem.text.startswith("Melhem M, Delor I, Perez-Ruixo JJ, Harrold J, Chow A, Wu L, et al (2018). ")
    assert "doi:10.1111/bcp.13504" in melhem.text
    assert all(reference.fields.get("year") for reference in known.values())


def test_entries_over_several_lines_nested_braces_and_quotes(tmp_path: Path) -> None:
    file = tmp_path / "some.bib"
    file.write_text(
        '@Article{one2001,\n  author = {One, A. and others},\n  title = "The {CXCR4} axis",\n'
        "  journal={J {Clin} Oncol}, year = 2001, pages={1--9},\n}\n% a comment\n@misc{two, title={Two}, year={2002}}\n"
    )
    known = bibliography(file)
    assert known["one2001"].text == "One A, et al (2001). The CXCR4 axis. J Clin Oncol: 1-9."
    assert known["two"].text == "Two (2002)."


def test_cited_keys_are_found_once_and_in_order() -> None:
    known = bibliography()
    found = cited(["melhem2018 table 2", "derived: hendrix2000, melhem2018", "assumed"], known)
    assert found == ("hendrix2000", "melhem2018")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@misc{a, title={A}, year={2000}}\n@misc{a, title={B}}", r"bad\.bib:2: the key 'a' stands twice"),
        ("\n@misc{a, title={A", r"bad\.bib:2: a field is not closed"),
        ("@misc{a, title={A}", r"bad\.bib:1: the entry is not closed"),
    ],
)
def test_a_broken_bibliography_says_where(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.bib"
    file.write_text(text)
    with pytest.raises(BadInput, match=message):
        bibliography(file)
