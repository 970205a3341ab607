"""Wiring: which names become one, and what is refused before libAntimony sees it."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.model.text import Wire
from unmoor.model.wiring import Group, join


def test_groups_keep_the_name_of_the_model_itself():
    wires = [Wire("a.x", "b.y", "m:1"), Wire("c.z", "b.y", "m:2"), Wire("b.y", "own", "m:3"), Wire("d.u", "d.v", "m:4")]
    assert join(wires) == (
        Group(("c.z", "a.x", "b.y", "own"), "own", "m:3"),
        Group(("d.u", "d.v"), None, "m:4"),
    )


def test_a_circle_is_refused_because_libantimony_crashes_on_it():
    wires = [Wire("a.x", "b.y", "m:1"), Wire("b.y", "c.z", "m:2"), Wire("c.z", "a.x", "m:3")]
    with pytest.raises(BadInput, match=r"m:3: 'c\.z' and 'a\.x' are one already"):
        join(wires)


def test_two_names_of_the_model_for_one_quantity_are_refused():
    wires = [Wire("a.x", "one", "m:1"), Wire("a.x", "two", "m:2")]
    with pytest.raises(BadInput, match="m:2: 'one' and 'two' would be two names of one quantity"):
        join(wires)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("blaste.drug is unbound;", "tiny.ant:14: unknown instance 'blaste'\n  did you mean 'blast'?"),
        ("blast.drugs is unbound;", "unknown symbol of 'blast' (release): 'drugs'\n  did you mean 'drug'?"),
        ("weight is drugx.weight;", "'weight' and 'drugx.weight' are one already"),
        ("second: relaese();", "unknown module 'relaese'\n  did you mean 'release'?"),
        ("second: release(unbound);", "instance 'second' is given arguments (unbound)"),
        ("blast: release();", "two instances called 'blast'"),
        ("self: tiny();", "model 'tiny' contains itself"),
    ],
)
def test_faulty_wiring_is_refused_with_file_line_and_nearest(content, line, said):
    content.edit("models/tiny.ant", "blast.blood is cells;", f"blast.blood is cells;\n  {line}")
    assert said in content.problem()
    assert "tiny.ant:1" in content.problem()
