"""Places in Antimony text; comments and strings do not mislead."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model.text import Wire, read_source

TEXT = """// x := 3
import "pk/a.ant"  # b is c
/* y := 4
   z is w */
model *m()
  a: part(); a.x is b.y; name is "display // not a comment"
  k := 2*c^3 + d1 - 0.5e-3
  s' = -k*s; s = 1
  r: A + B -> C; k2*A*B
  plus := a.x + 1
end
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "m.ant"
    path.write_text(TEXT)
    return read_source(path)


def test_imports_models_instances_and_wires(source):
    assert source.imports() == [("pk/a.ant", 2)]
    assert source.models() == [("m", "", 5)]
    assert source.instances() == [("a", "part", "", 6)]
    assert source.reactions() == [("r", 9)]
    assert source.wires() == [Wire("a.x", "b.y", "m.ant:6")]


def test_equations_with_their_lines(source):
    found = [(each.name, each.sign, each.line, each.is_number) for each in source.equations()]
    assert found == [
        ("k", ":=", 7, False),
        ("s", "'=", 8, False),
        ("s", "=", 8, True),
        ("plus", ":=", 10, False),
    ]


def test_numbers_and_dotted_names_outside_wires(source):
    assert ("0.5e-3", 7) in source.numbers()
    assert not any(number in ("1", "34", "2.0") for number, line in source.numbers() if line == 7)
    assert source.dotted() == [("a.x", 10)]


def test_identifiers_are_names_not_keywords(source):
    assert {"a", "k", "c", "d1", "s", "A", "k2"} <= source.identifiers()
    assert not {"model", "end", "2", "34"} & source.identifiers()


def test_imports_are_blanked_line_for_line(source):
    assert source.without_imports().split("\n")[1] == "  # b is c"
    assert source.without_imports().count("\n") == TEXT.count("\n")


def test_the_place_of_a_symbol(source):
    assert source.where("s", "=") == "m.ant:8"
    assert source.where("k2") == "m.ant:9"
    assert source.where("d1") == "m.ant:7"
    assert source.where("nowhere") == "m.ant"
    assert source.where("c") == "m.ant:7"


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "m.ant").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot read this file"):
        read_source(tmp_path / "m.ant")
