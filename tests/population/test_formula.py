"""Formulas: the same numbers as Python's own evaluation, and refusals that show the place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.population.formula import Formula, Labels

SEX = Labels(np.array([0, 1, 1]), ("male", "female"), (0.0, 1.0))
COLUMNS = {"age": np.array([30.0, 50.0, 70.0]), "weight": np.array([80.0, 60.0, 90.0]), "sex": SEX}
LEAVES = st.sampled_from(["x", "y", "2", "0.5", "3.25"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"(-{t})"),
        inner.map(lambda t: f"abs({t})"),
        st.tuples(inner, inner).map(lambda t: f"minimum({t[0]}, {t[1]})"),
        st.tuples(inner, inner, inner, inner).map(lambda t: f"where({t[0]} < {t[1]} <= 9, {t[2]}, {t[3]})"),
    ),
    max_leaves=12,
)


@given(text=TREES, x=st.floats(-10, 10), y=st.floats(0.1, 10))
def test_values_are_those_of_python(text: str, x: float, y: float) -> None:
    names = {"x": x, "y": y, "abs": abs, "minimum": min, "where": lambda c, a, b: a if c else b}
    try:
        expected = eval(text, {"__builtins__": {}}, names)
    except ZeroDivisionError:
        return
    value = Formula(text)({"x": np.array([x]), "y": np.array([y])})
    assert np.ravel(value)[0] == pytest.approx(expected, rel=1e-12, abs=1e-300, nan_ok=True)


def test_cockcroft_and_gault_by_hand() -> None:
    formula = Formula('(140 - age) * weight / (72 * 1.0) * where(sex == "female", 0.85, 1)')
    assert formula.names == {"age", "weight", "sex"}
    expected = [110 * 80 / 72, 90 * 60 / 72 * 0.85, 70 * 90 / 72 * 0.85]
    assert formula(COLUMNS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age >= 50", [False, True, True]),
        ("40 < age < 60", [False, True, False]),
        ('sex != "male" and weight > 70', [False, False, True]),
        ('"female" == sex or age < 40', [True, True, True]),
        ("not age > 60", [True, True, False]),
        ("sex * 2 + 1 > 2", [False, True, True]),
    ],
)
def test_conditions(text: str, expected: list[bool]) -> None:
    formula = Formula(text)
    assert formula.is_condition
    assert list(formula(COLUMNS)) == expected


def test_functions_are_numpys() -> None:
    value = Formula("exp(1) + log(2) + log10(3) + sqrt(4) + floor(5.5) + maximum(6, 7) + 2 ** 3")({})
    assert value == pytest.approx(math.e + math.log(2) + math.log10(3) + 2 + 5 + 7 + 8)


def test_a_dotted_name_is_one_name() -> None:
    formula = Formula("plerixafor.clearance / weight")
    assert formula.names == {"plerixafor.clearance", "weight"}
    assert formula({"plerixafor.clearance": 6.0, "weight": 3.0}) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(140 - age", "cannot read formula"),
        ("", "cannot read formula"),
        ("age if age > 2 else 3", "cannot stand in a formula"),
        ("[age]", "cannot stand in a formula"),
        ("age // 2", "operator that is not known"),
        ("age in weight", "comparison that is not known"),
        ("sqrt(age, 2)", r"sqrt\(\) takes 1 values"),
        ("where(age, 1, 2)", "no condition"),
        ("True + 1", "neither a number nor a category"),
        ("().__class__", "cannot stand in a formula"),
        ("age[0]", "cannot stand in a formula"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=f"people.yaml:9: .*{message}"):
        Formula(text, "people.yaml:9")


@pytest.mark.parametrize("text", ["sqr(age)", "__import__(age)", "age.real(2)"])
def test_an_unknown_function_is_refused(text: str) -> None:
    with pytest.raises(UnknownName, match="unknown function"):
        Formula(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('sex == "femal"', "unknown sex 'femal'(.|\n)*did you mean 'female'"),
        ('age == "female"', "does not compare a categorical"),
        ('sex > "male"', "does not compare a categorical"),
        ('weight * "male" > 2', "'male' cannot stand here"),
    ],
)
def test_categories_are_checked(text: str, message: str) -> None:
    with pytest.raises((UnknownName, BadInput), match=message):
        Formula(text).check_categories({"sex": ("male", "female")})


def test_a_category_without_a_code_is_no_number() -> None:
    with pytest.raises(BadInput, match="categorical 'sex' is used as a number"):
        Formula("sex + 1")({"sex": Labels(np.array([0]), ("male", "female"))})
