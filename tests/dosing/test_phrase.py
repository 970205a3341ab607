"""Lines of dose text: every part, each refusal with its place, and the examples of docs/dosing.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.dosing.amount import Amount
from unmoor.dosing.body import COVARIATES
from unmoor.dosing.dose import Dose
from unmoor.dosing.drug_file import library_drugs, load_drug
from unmoor.dosing.phrase import read_dose
from unmoor.dosing.regimen import Regimen
from unmoor.dosing.rule import Condition, Rule
from unmoor.dosing.schedule import Days, Duration
from unmoor.dosing.words import Line, PhraseError, UnknownWord

PAGE = (Path(__file__).parents[2] / "docs" / "dosing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \|([^|]*)\|$", PAGE.partition("## The parts")[0], re.MULTILINE)
ERRORS = re.findall(r"^```text\n(dose, character .*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)


def _read(text):
    return read_dose(Line(text), library_drugs(), COVARIATES)


def test_the_page_has_examples_and_errors():
    assert len(EXAMPLES) > 20
    assert len(ERRORS) == 3


@pytest.mark.parametrize(("text", "hours"), EXAMPLES)
def test_examples_of_the_page(text, hours):
    regimen = Regimen.of(text)
    assert [hour for dose in regimen.doses for hour in dose.hours] == [float(h) for h in hours.split(",") if h.strip()]
    assert Regimen.of(str(regimen)) == regimen


@pytest.mark.parametrize("message", ERRORS)
def test_errors_of_the_page(message):
    with pytest.raises(PhraseError) as caught:
        Regimen.of(message.splitlines()[1].strip())
    assert str(caught.value) == message


def test_examples_of_the_docstring():
    lines = [line.strip() for line in (Regimen.of.__doc__ or "").splitlines() if line.startswith(" " * 12)]
    assert len(lines) == 5
    for line in lines:
        assert Regimen.of(str(Regimen.of(line))) == Regimen.of(line)


def test_every_part_of_a_line():
    dose = _read(
        "amd3100 0.24 mg/kg intravenously over 15 min on day 4 at 22:00, maximum 40 mg, "
        "but 13 mg if creatinine_clearance \u2264 50 mL/min and weight < 83 kg, but 20 mg, max 30 mg if age > 75 years"
    )
    renal, light = Condition("creatinine_clearance", "<=", 50, "mL/min"), Condition("weight", "<", 83, "kg")
    assert dose == Dose(
        load_drug("plerixafor"),
        Rule(Amount(0.24, "mg", "kg"), Amount(40, "mg")),
        "iv",
        Days((4,), (1320,)),
        Duration(15, "min"),
        (
            Rule(Amount(13, "mg"), None, (renal, light)),
            Rule(Amount(20, "mg"), Amount(30, "mg"), (Condition("age", ">", 75, "years"),)),
        ),
    )


@pytest.mark.parametrize("name", ["filgrastim", "Filgrastim", "G-CSF", "g-csf", "Neupogen"])
def test_names_of_a_drug(name):
    assert _read(f"{name} 5 ug/kg sc").drug.name == "filgrastim"


def test_a_covariate_without_a_unit():
    line = Line("plerixafor 20 mg sc once, but 10 mg if lines >= 3")
    dose = read_dose(line, library_drugs(), {"lines": "1"})
    assert dose.exceptions[0].conditions == (Condition("lines", ">=", 3, ""),)
    assert str(dose) == line.text


@pytest.mark.parametrize(
    ("text", "place", "message", "todo"),
    [
        ("plerixafour 1 mg sc", "plerixafour", "unknown drug 'plerixafour'", "did you mean 'plerixafor'?"),
        ("plerixafor2 1 mg sc", "plerixafor2", "unknown drug 'plerixafor2'", "did you mean 'plerixafor'?"),
        ("G-CSF-like 1 mg sc", "G-CSF-like", "unknown drug 'G-CSF-like'", "known: "),
        ("wonder drug 1 mg sc", "wonder drug", "unknown drug 'wonder drug'", "known: "),
        ("3 mg sc", "3", "expected a drug", "begin with the drug"),
        ("plerixafor", "", "expected the dose at the end", "0.24 mg/kg"),
        ("plerixafor 1 mg", "", "expected a route of plerixafor", "sc, iv"),
        ("plerixafor 1 mg once", "once", "expected a route of plerixafor", "sc, iv"),
        ("plerixafor 1 mg orally", "orally", "unknown route of plerixafor 'orally'", "known: iv, sc"),
        ("plerixafor 0 mg sc", "0 mg", "an amount of 0 mg", "above zero"),
        ("plerixafor -1 mg sc", "-1", "the dose is negative", "above zero"),
        ("plerixafor 1 sc", "sc", "the dose has no unit", "after the number"),
        ("plerixafor 1 mg sc evry 12 hours", "evry", "unknown word 'evry'", "did you mean 'every'?"),
        ("plerixafor 1 mg sc once daily for 2 days pm", "pm", "unknown word 'pm'", "say when"),
        ("plerixafor 1 mg sc once 22:00", "22:00", "unexpected '22:00'", "end the line"),
        ("plerixafor 1 mg sc once, max 2 mg today", "today", "unexpected 'today'", "after a comma"),
        ("plerixafor 1 mg sc once,", ",", "unexpected ','", "end the line"),
        ("plerixafor 1 mg sc once, maxi 2 mg", "maxi", "unknown clause 'maxi'", "did you mean 'max'?"),
        ("plerixafor 1 mg sc once, max 2 mg, max 3 mg", "max 3", "a second cap", "once"),
        ("plerixafor 1 mg sc once, max 2 nmol", "2 nmol", "a cap in nmol on a dose in mg", "both"),
        ("plerixafor 1 mg sc once, max 2 mg/kg", "2 mg/kg", "a cap of 2 mg/kg", "40 mg"),
        ("plerixafor 1 mg sc once, max 2", "", "the cap has no unit", "mg"),
        ("plerixafor 1 mg sc once, max 0 mg", "0 mg", "an amount of 0 mg", "above zero"),
        ("plerixafor 1 mg sc once, but 2 mg", "", "expected 'if' at the end", "say when"),
        ("plerixafor 1 mg sc once, but 2 nmol if age > 3 years", "2 nmol", "an exception in nmol", "both"),
        ("plerixafor 1 mg sc once, but 2 if age > 3 years", "if", "the dose has no unit", "after the number"),
        ("plerixafor 1 mg sc once, but 2 mg if wieght > 3 kg", "wieght", "unknown covariate", "did you mean 'weight'?"),
        ("plerixafor 1 mg sc once, but 2 mg if", "", "unknown covariate ''", "known: age"),
        ("plerixafor 1 mg sc once, but 2 mg if weight = 3 kg", "= 3", "expected a comparison", "<="),
        ("plerixafor 1 mg sc once, but 2 mg if weight < -3 kg", "-3", "the bound is negative", "kg"),
        ("plerixafor 1 mg sc once, but 2 mg if weight < 3", "", "the bound of weight has no unit", "kg"),
        ("plerixafor 1 mg sc once, but 2 mg if weight < 3 cm", "cm", "unit 'cm'", "in kg"),
        ("plerixafor 1 mg sc once, but 2 mg if weight < 3 kgg", "kgg", "unknown unit 'kgg'", "did you mean 'kg'?"),
        ("plerixafor 1 mg sc once, but 2 mg if weight < 3 kg and", "", "unknown covariate ''", "known: age"),
    ],
)
def test_refusals_in_place(text, place, message, todo):
    with pytest.raises(PhraseError, match=re.escape(message)) as caught:
        _read(text)
    error = caught.value
    assert todo in str(error).splitlines()[-1]
    assert text[error.position :].startswith(place)
    drawn = str(error).splitlines()
    assert drawn[1] == f"    {text}"
    assert drawn[2].index("^") == error.position + 4
    assert isinstance(error, BadInput)
    assert isinstance(error, UnknownWord) == ("unknown" in message or "did you mean" in todo)
