"""Rules: caps, the renal rule of plerixafor at its published numbers, and the order of exceptions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.amount import Amount
from unmoor.dosing.body import Body
from unmoor.dosing.rule import Condition, Rule, amounts

RENAL = Condition("creatinine_clearance", "<=", 50, "mL/min")
# US prescribing information of plerixafor: evidence rows PPK025 (0.16 mg/kg at 50 mL/min and below), PPK026, PPK027
LABEL = (
    Rule(Amount(0.24, "mg", "kg"), Amount(40, "mg")),
    Rule(Amount(0.16, "mg", "kg"), Amount(27, "mg"), (RENAL,)),
)


def _body(model, **columns):
    return Body(pd.DataFrame(columns), model)


def test_the_label_of_plerixafor(model):
    body = _body(model, weight=[70.0, 70, 170, 170, 70], creatinine_clearance=[100.0, 40, 100, 40, 50])
    dose, capped, used = amounts(LABEL, body, "mg", "x")
    assert dose == pytest.approx([16.8, 11.2, 40, 27, 11.2])
    assert capped.tolist() == [False, False, True, True, False]
    assert used.tolist() == [0, 1, 0, 1, 1]


@given(st.lists(st.tuples(st.floats(30, 250), st.floats(1, 200)), min_size=1, max_size=6))
def test_the_label_of_plerixafor_patient_by_patient(model, patients):
    weight, clearance = map(list, zip(*patients, strict=True))
    dose, capped, _ = amounts(LABEL, _body(model, weight=weight, creatinine_clearance=clearance), "mg", "x")
    for k, (kilograms, renal) in enumerate(patients):
        per_kg, most = (0.16, 27) if renal <= 50 else (0.24, 40)
        assert dose[k] == pytest.approx(min(per_kg * kilograms, most))
        assert capped[k] == (per_kg * kilograms > most)


def test_the_first_exception_that_holds_wins(model):
    light = Condition("weight", "<=", 83, "kg")
    rules = (
        LABEL[0],
        Rule(Amount(13, "mg"), None, (RENAL, light)),
        Rule(Amount(0.16, "mg", "kg"), Amount(27, "mg"), (RENAL,)),
        Rule(Amount(20, "mg"), None, (light,)),
    )
    body = _body(model, weight=[70.0, 100, 70, 100], creatinine_clearance=[40.0, 40, 90, 90])
    dose, _, used = amounts(rules, body, "mg", "x")
    assert dose == pytest.approx([13, 16, 20, 24])
    assert used.tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize(
    ("comparison", "holds"), [("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1])]
)
def test_comparisons_at_the_bound(model, comparison, holds):
    body = _body(model, weight=[82.9, 83.0, 83.1])
    assert Condition("weight", comparison, 83, "kg").holds(body, "x").tolist() == [bool(h) for h in holds]


def test_a_bound_may_be_in_another_unit(model):
    body = _body(model, creatinine_clearance=[49.0, 51.0])
    assert Condition("creatinine_clearance", "<=", 3.0, "L/h").holds(body, "x").tolist() == [True, False]


def test_units_of_rules_may_differ(model):
    rules = (Rule(Amount(240, "ug", "kg"), Amount(0.02, "g")), Rule(Amount(3, "mg"), None, (RENAL,)))
    body = _body(model, weight=[50.0, 100, 100], creatinine_clearance=[90.0, 90, 10])
    assert amounts(rules, body, "ug", "x")[0] == pytest.approx([12000, 20000, 3000])


def test_a_dose_that_just_reaches_its_cap_is_not_cut(model):
    rule = Rule(Amount(0.5, "mg", "kg"), Amount(40, "mg"))
    dose, capped = rule.amounts(_body(model, weight=[80.0, 80.5]), "mg", "x")
    assert dose.tolist() == [40, 40]
    assert capped.tolist() == [False, True]


def test_text():
    assert str(LABEL[1]) == "0.16 mg/kg, max 27 mg if creatinine_clearance <= 50 mL/min"


@pytest.mark.parametrize("cap", [Amount(3, "nmol"), Amount(3, "mg", "kg")])
def test_a_cap_has_the_dimension_of_a_dose(cap):
    with pytest.raises(BadInput, match="cap"):
        Rule(Amount(1, "mg"), cap)


def test_unknown_comparison():
    with pytest.raises(UnknownName, match="comparison '!='"):
        Condition("weight", "!=", 3, "kg")


def test_patients_of_one_rule_share_nothing(model):
    dose, _, _ = amounts(LABEL[:1], _body(model, weight=np.array([50.0, 60.0])), "mg", "x")
    assert dose == pytest.approx([12, 14.4])
