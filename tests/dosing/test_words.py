"""Words of dose text and the caret under the one that is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.words import Line, PhraseError, UnknownWord, Word


def _words(text):
    return [(word.kind, word.text) for word in Line(text).words()[:-1]]


def test_numbers_units_and_signs():
    assert _words("10ug/kg") == [("number", "10"), ("word", "ug"), ("sign", "/"), ("word", "kg")]
    assert _words("days 4-7,9") == [
        ("word", "days"), ("number", "4"), ("sign", "-"), ("number", "7"), ("sign", ","), ("number", "9"),
    ]  # fmt: skip
    assert _words("G-CSF s.c. x7 ≤ 22:00 1e-3") == [
        ("word", "G-CSF"), ("word", "sc"), ("times", "x"), ("number", "7"),
        ("comparison", "<="), ("clock", "22:00"), ("number", "1e-3"),
    ]  # fmt: skip


@given(st.text(alphabet="ab9 .,:/<=x\u00d7µ-é²", max_size=30))
def test_every_visible_character_belongs_to_one_word_or_is_refused(text):
    try:
        words = Line(text).words()
    except PhraseError as problem:
        words = [
            *Line(text[: problem.position]).words(),
            Word("bad", text[problem.position], problem.position, len(text)),
        ]
    covered = [k for word in words for k in range(word.start, word.stop)]
    assert covered == sorted(set(covered))
    assert all(text[k].isspace() for k in set(range(len(text))) - set(covered))


def test_a_refusal_points_at_its_word():
    error = Line("one two three", "study.yaml:4").refuse("what is wrong", 4, 7, "what to do")
    assert str(error) == ("study.yaml:4, character 5: what is wrong\n    one two three\n        ^^^\n  what to do")
    assert error.position == 4
    assert isinstance(error, BadInput)


def test_an_unknown_word_names_the_nearest():
    error = Line("one tvo").unknown("number", 4, 7, ["one", "two", "three"])
    assert "unknown number 'tvo'" in str(error)
    assert "did you mean 'two'? known: one, three, two" in str(error)
    assert isinstance(error, UnknownWord)
    assert isinstance(error, UnknownName)


def test_a_refusal_told_again_keeps_its_kind_and_advice():
    line = Line("0 mg")
    again = line.again(BadInput("too little", todo="give more"), 0, 4)
    assert (type(again), str(again)) == (PhraseError, "dose, character 1: too little\n    0 mg\n    ^^^^\n  give more")
    assert type(line.again(UnknownName("what"), 0, 1)) is UnknownWord


def test_a_strange_character():
    with pytest.raises(PhraseError, match="character 3: cannot read '&'"):
        Line("a & b").words()
