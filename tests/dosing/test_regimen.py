"""Regimens: text and value are one thing, whatever is generated; and no text, however broken, breaks the reader."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput
from unmoor.dosing.amount import MASS, SUBSTANCE, Amount
from unmoor.dosing.body import COVARIATES
from unmoor.dosing.dose import Dose
from unmoor.dosing.drug_file import library_drugs, load_drug
from unmoor.dosing.regimen import Regimen
from unmoor.dosing.rule import COMPARISONS, Condition, Rule
from unmoor.dosing.schedule import Days, Duration, Repeat
from unmoor.dosing.words import PhraseError

numbers = st.one_of(st.integers(1, 500).map(float), st.floats(1e-6, 1e6))
clocks = st.lists(st.integers(0, 1439), min_size=1, max_size=5, unique=True).map(lambda c: tuple(sorted(c)))
days = st.lists(st.integers(1, 200), min_size=1, max_size=8, unique=True).map(lambda d: tuple(sorted(d)))
durations = st.one_of(
    st.builds(Duration, st.integers(1, 48).map(float), st.sampled_from(["min", "hour", "day", "week"])),
    st.builds(Duration, st.floats(0.02, 500), st.sampled_from(["min", "hour", "day"])),
)
conditions = st.sampled_from(sorted(COVARIATES)).flatmap(
    lambda name: st.builds(
        Condition, st.just(name), st.sampled_from(sorted(COMPARISONS)), numbers, st.just(COVARIATES[name])
    )
)


@st.composite
def repeats(draw):
    every = draw(durations)
    several = every.unit in ("day", "week") and every.value % 1 == 0
    times = draw(clocks) if several else (draw(st.integers(0, 1439)),)
    start = draw(st.integers(1, 50))
    end = draw(
        st.one_of(
            st.builds(lambda n: {"doses": n}, st.integers(1, 50)),
            st.builds(lambda d: {"lasting": d}, durations),
            st.builds(lambda n: {"until": start + n}, st.integers(0, 60)),
        )
    )
    try:
        return Repeat(every, times, start, **end)
    except BadInput as problem:
        assume("more than 10000 doses" not in str(problem))
        raise


@st.composite
def rules(draw, units, conditional):
    amount = Amount(draw(numbers), draw(st.sampled_from(units)), draw(st.sampled_from(["", "kg", "m2"])))
    cap = draw(st.none() | st.builds(Amount, numbers, st.sampled_from(units)))
    held = draw(st.lists(conditions, min_size=1, max_size=3)) if conditional else []
    return Rule(amount, cap, tuple(held))


@st.composite
def doses(draw):
    drug = draw(st.sampled_from(library_drugs()))
    units = draw(st.sampled_from([MASS, SUBSTANCE]))
    return Dose(
        drug,
        draw(rules(units, False)),
        draw(st.sampled_from(drug.routes)).name,
        draw(st.one_of(st.just(Days()), st.builds(Days, days, clocks), repeats())),
        draw(st.none() | durations),
        tuple(draw(st.lists(rules(units, True), max_size=2))),
    )


regimens = st.lists(doses(), max_size=3).map(lambda drawn: Regimen(tuple(drawn)))


# how fast a busy machine draws says nothing about the grammar
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(regimens)
def test_canonical_text_reads_back_as_the_same_value(regimen):
    again = Regimen.of(str(regimen))
    assert again == regimen
    assert str(again) == str(regimen)
    assert [dose.hours for dose in again.doses] == [dose.hours for dose in regimen.doses]


@given(doses(), st.randoms(use_true_random=False))
def test_case_and_spacing_do_not_matter(dose, random):
    text = str(dose)
    assume(not dose.exceptions)  # names of covariates keep their case
    shouted = "".join(random.choice([c, c.upper()]) if c != "m" else c for c in text).replace(" ", "   ")
    assert Regimen.of(f"  {shouted}\t") == Regimen((dose,))


WORDS = (
    "plerixafor filgrastim G-CSF 0.24 10 0 -1 mg ug /kg mg/kg mg/m2 IU sc iv over 15 min once twice daily every other "
    "day x 7 on days 4-7 1,3 at 22:00 25:00 from until for 8 doses hours , max 40 but if weight creatinine_clearance "
    "<= 50 mL/min and & ; % / . m ^ 2 to"
).split()


@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_words_are_read_or_refused_with_a_place(words):
    _read_or_refuse(" ".join(words))


@settings(max_examples=100)
@given(doses(), st.data())
def test_damaged_text_is_read_or_refused_with_a_place(dose, data):
    text = str(dose)
    at = data.draw(st.integers(0, len(text) - 1))
    _read_or_refuse(text[:at] + data.draw(st.text(max_size=3)) + text[at + 1 :])


def _read_or_refuse(text):
    refused = None
    try:
        regimen = Regimen.of(text)
    except PhraseError as problem:
        refused = problem
    if refused is None:
        assert Regimen.of(str(regimen)) == regimen
        return
    _, line, caret, todo = str(refused).split("\n")
    assert caret.strip("^ ") == ""
    assert caret.index("^") == refused.position + 4
    assert caret.rindex("^") <= len(line)
    assert todo.strip()


def test_lines_and_their_titles():
    text = "filgrastim 10 ug/kg sc once daily for 8 days\n\n plerixafor 0.24 mg/kg sc on days 4-7 at 22:00, max 40 mg; "
    regimen = Regimen.of(text)
    assert [dose.drug.name for dose in regimen.doses] == ["filgrastim", "plerixafor"]
    assert regimen == Regimen.of(text.splitlines()) == Regimen.of(str(regimen).splitlines())
    assert str(regimen).splitlines()[0] == "filgrastim 10 ug/kg sc once daily for 8 days"
    assert [drug.name for drug in regimen.drugs] == ["filgrastim", "plerixafor"]
    with pytest.raises(PhraseError, match=r"^study.yaml:12, dose line 2, character 12: the dose is negative"):
        Regimen.of(["filgrastim 1 ug sc", "plerixafor -1 mg sc"], where="study.yaml:12")


def test_nothing_is_said_in_words():
    assert Regimen.of("no treatment") == Regimen() == Regimen.of(str(Regimen()))
    with pytest.raises(PhraseError, match="or 'no treatment'"):
        Regimen.of(" \n ")
    with pytest.raises(PhraseError, match="no dose"):
        Regimen.of([])


def test_regimens_add():
    one, two = Regimen.of("filgrastim 1 ug sc"), Regimen.of("plerixafor 1 mg sc")
    assert one + two == Regimen.of("filgrastim 1 ug sc; plerixafor 1 mg sc")


def test_a_drug_of_ones_own_may_shadow_the_library(lagging):
    assert Regimen.of("plerixafor 1 mg sc", drugs=[lagging]).doses[0].drug is lagging
    assert Regimen.of("plerixafor 1 mg sc").doses[0].drug is load_drug("plerixafor")


def test_covariates_of_a_population():
    text = "plerixafor 20 mg sc once, but 10 mg if prior_lines >= 3"
    with pytest.raises(PhraseError, match="unknown covariate 'prior_lines'"):
        Regimen.of(text)
    assert str(Regimen.of(text, covariates={"prior_lines": "1"})) == text


def test_a_regimen_travels():
    regimen = Regimen.of("plerixafor 0.24 mg/kg sc once, max 40 mg")
    assert pickle.loads(pickle.dumps(regimen)) == regimen
    assert hash(regimen) == hash(Regimen.of(str(regimen)))
