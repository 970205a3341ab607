"""Units: the short list against pint, closed conversions, and messages."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.units import BASE, COMMON, by_pint, convert, dose_to_nmol, factor, parse, spell


@pytest.mark.parametrize("name", sorted(COMMON))
def test_the_short_list_is_what_pint_answers(name):
    multiplier, dimension = by_pint(name)
    assert COMMON[name][0] == pytest.approx(multiplier, rel=1e-14)
    assert COMMON[name][1] == dimension


@pytest.mark.parametrize(
    ("unit", "multiplier", "dimension"),
    [
        ("", 1.0, "1"),
        ("1", 1.0, "1"),
        ("%", 0.01, "1"),
        ("L/h", 1.0, "h^-1 dm^3"),
        ("mL/min", 0.06, "h^-1 dm^3"),
        ("nM", 1.0, "dm^-3 nmol"),
        ("nmol/L", 1.0, "dm^-3 nmol"),
        ("ug/mL", 1e-6, "dm^-3 kg"),
        ("g/mol", 1e-12, "nmol^-1 kg"),
        ("1/(h nM)", 1.0, "h^-1 dm^3 nmol^-1"),
        ("1/h/nM", 1.0, "h^-1 dm^3 nmol^-1"),
        ("cells/uL", 1e6, "dm^-3 cell"),
        ("10^6 cells/kg", 1e6, "kg^-1 cell"),
        ("10^9 cells/L", 1e9, "dm^-3 cell"),
        ("nmol/(10^9 cells)", 1e-9, "nmol cell^-1"),
        ("ug/kg", 1e-9, "1"),
        ("mg/m2", 1e-8, "dm^-2 kg"),
        ("mg/m^2", 1e-8, "dm^-2 kg"),
        ("years", 8766.0, "h"),
        ("cm", 0.1, "dm"),
        ("h^-1", 1.0, "h^-1"),
        ("L/kg^0.75", 1.0, "dm^3 kg^-0.75"),
        ("µg", 1e-9, "kg"),
        ("molecules", 1e9 / 6.02214076e23, "nmol"),
        ("mmol", 1e6, "nmol"),
    ],
)
def test_multipliers_and_dimensions(unit, multiplier, dimension):
    found = parse(unit)
    assert found.factor == pytest.approx(multiplier, rel=1e-13)
    assert spell(found.dimension) == dimension


def test_internal_units_are_exactly_one():
    assert [factor(unit) for unit in ("h", "L", "nmol", "kg", "cells", "nM", "L/h", "1/h", "cells/kg")] == [1.0] * 9


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("L//h", "'/' has nothing before it"),
        ("L/", "it ends with '/'"),
        ("(L", "a parenthesis is not closed"),
        ("L)", "cannot read unit 'L)' at ')'"),
        ("2 L", "cannot read unit '2 L'"),
        ("*L", "has nothing before it"),
        ("L+h", "cannot read unit"),
    ],
)
def test_text_that_is_no_unit_is_refused(unit, said):
    with pytest.raises(BadInput) as caught:
        parse(unit)
    assert said in str(caught.value)
    assert "write units like" in str(caught.value)


def test_an_unknown_unit_names_the_nearest_and_the_place():
    with pytest.raises(UnknownName) as caught:
        parse("nmol/houer", where="k.csv:3")
    assert str(caught.value).startswith("k.csv:3: unknown unit 'houer'\n  did you mean 'hours'?")


def test_no_unit_is_found_by_chance():
    """pint's own list reads these as candela, dalton, centi-days ...; here they are mistakes."""
    for text in ("cd", "Hz", "Da", "a_u_time", "H", "min_", "Gauss", "md", "ph", "kcell"):
        with pytest.raises(UnknownName):
            parse(text)


def test_convert_and_dimension_mismatch():
    assert convert(120.0, "mL/min", "L/h") == pytest.approx(7.2)
    np.testing.assert_allclose(convert(np.array([1.0, 2.0]), "years", "days"), [365.25, 730.5])
    with pytest.raises(BadInput, match=r"f:1: unit 'kg' \(kg\) cannot be read as 'L' \(dm\^3\)"):
        convert(1.0, "kg", "L", where="f:1")
    assert factor("mL/min", "L/h") == pytest.approx(0.06)


def test_doses():
    assert dose_to_nmol(10.0, "mg", 500.0) == pytest.approx(20_000.0)
    assert dose_to_nmol(3.0, "umol") == pytest.approx(3_000.0)
    with pytest.raises(BadInput, match="needs a molar mass"):
        dose_to_nmol(10.0, "mg")
    with pytest.raises(BadInput, match="needs a molar mass"):
        dose_to_nmol(10.0, "mg", -1.0)
    with pytest.raises(BadInput, match="is not an amount of drug"):
        dose_to_nmol(10.0, "mL", 500.0)


@given(st.lists(st.tuples(st.sampled_from(sorted(COMMON)), st.integers(-3, 3)), min_size=1, max_size=4))
def test_products_multiply_and_round_trip(parts):
    text = " ".join(f"{name}^{power}" for name, power in parts)
    found = parse(text)
    assert found.factor == pytest.approx(math.prod(COMMON[name][0] ** power for name, power in parts), rel=1e-12)
    for k in range(len(BASE)):
        assert found.dimension[k] == sum(COMMON[name][1][k] * power for name, power in parts)
    assert convert(convert(7.0, text, spell(found.dimension)), spell(found.dimension), text) == pytest.approx(7.0)


def test_common_units_do_not_import_pint():
    code = "import sys; from unmoor.base.units import factor; factor('10^6 cells/kg'); sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
