"""Errors that help."""

import pytest

from unmoor.base.errors import BadInput, UnknownName, UnmoorError, Unsupported, nearest, unknown


def test_where_what_and_what_to_do_in_that_order():
    error = UnmoorError("no value", where="a.csv:3", todo="give one")
    assert str(error) == "a.csv:3: no value\n  give one"
    assert (error.where, error.what, error.todo) == ("a.csv:3", "no value", "give one")
    assert str(UnmoorError("no value")) == "no value"


@pytest.mark.parametrize("kind", [UnknownName, BadInput, Unsupported])
def test_every_refusal_is_caught_as_one_family(kind):
    with pytest.raises(UnmoorError):
        raise kind("x")


@pytest.mark.parametrize(
    ("name", "known", "close"),
    [
        ("plerixafro", ["plerixafor", "filgrastim"], "plerixafor"),
        ("CD34", ["cd34", "wbc"], "cd34"),
        ("zzz", ["plerixafor"], None),
        ("x", [], None),
    ],
)
def test_the_nearest_name(name, known, close):
    assert nearest(name, known) == close


def test_an_unknown_name_lists_the_known_ones_up_to_a_limit():
    error = unknown("drug", "plerixafro", ["filgrastim", "plerixafor"], where="s.yaml:4")
    assert str(error) == (
        "s.yaml:4: unknown drug 'plerixafro'\n  did you mean 'plerixafor'? known: filgrastim, plerixafor"
    )
    assert "... (40 in all)" in str(unknown("unit", "q", [f"name{k}" for k in range(40)], show=5))
    assert "known: (none)" in str(unknown("unit", "q", []))
