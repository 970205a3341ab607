"""MathML into expressions; libSBML's own evaluator of plain formulas is the second opinion."""

import math

import libsbml
import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.model.expression import TIME, Call, Number, Symbol, evaluate
from unmoor.model.inline import DEPTH, MOST
from unmoor.model.mathml import AVOGADRO, Reader

VALUES = {"a": 1.7, "b": -0.4, "c": 5.0, "time": 3.0}


@pytest.fixture
def document():
    return libsbml.SBMLDocument(3, 2)


@pytest.fixture
def reader(document):
    model = document.createModel()
    for name, arguments, body in (
        ("square", "x", "x * x"),
        ("hill", "x, k", "square(x) / (square(k) + square(x))"),
        ("loop", "x", "loop(x)"),
        ("shadow", "a", "a + 1"),
    ):
        each = model.createFunctionDefinition()
        each.setId(name)
        each.setMath(libsbml.parseL3Formula(f"lambda({arguments}, {body})"))
    return Reader(model, "file.xml")


def read(reader, text):
    node = libsbml.parseL3Formula(text)
    assert node is not None, libsbml.getLastParseL3Error()
    return reader.expression(node, "a formula")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b*c - a/c", 1.7 - 0.4 * 5 - 1.7 / 5),
        ("-a^2", -(1.7**2)),
        ("a - b - c", 1.7 + 0.4 - 5),
        ("sqrt(c)", math.sqrt(5)),
        ("root(3, c)", 5 ** (1 / 3)),
        ("log10(c)", math.log10(5)),
        ("log(2, c)", math.log2(5)),
        ("ln(c)", math.log(5)),
        ("factorial(5)", 120.0),
        ("factorial(c)", 120.0),
        ("rem(quotient(7, a), 3)", 1.0),
        ("a + b + (c + a) + (b + c)", 2 * (1.7 - 0.4 + 5)),
        ("a * b * (c * a)", 1.7 * -0.4 * 5 * 1.7),
        ("quotient(c, a)", 2.0),
        ("quotient(-c, a)", -2.0),
        ("rem(c, a)", 5 - 2 * 1.7),
        ("rem(-c, a)", -5 + 2 * 1.7),
        ("implies(a > b, b > a)", 0.0),
        ("implies(b > a, b > a)", 1.0),
        ("piecewise(1, a < b, 2, a < c, 3)", 2.0),
        ("arcsinh(c) + sec(a) + arccot(c)", math.asinh(5) + 1 / math.cos(1.7) + math.atan(1 / 5)),
        ("exponentiale + pi", math.e + math.pi),
        ("1e3 * a", 1700.0),
        ("(3/4) * a", 0.75 * 1.7),
        ("max(a, b, c) - min(a, b, c)", 5.4),
        ("hill(a, c)", 1.7**2 / (25 + 1.7**2)),
        ("shadow(c)", 6.0),
        ("true && !false", 1.0),
        ("time * 2", 6.0),
        ("avogadro", AVOGADRO),
    ],
)
def test_formulas(reader, text, value):
    assert evaluate(read(reader, text), VALUES) == pytest.approx(value, rel=1e-13)


def test_plain_operations_stay_what_they_are(reader):
    assert read(reader, "a * time") == Call("mul", (Symbol("a"), TIME))
    assert read(reader, "sqrt(a)") == Call("sqrt", (Symbol("a"),))
    assert read(reader, "2.5") == Number(2.5)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("delay(a, 2)", Unsupported, "a formula uses a delay\n  in: delay"),
        ("hil(a, c)", UnknownName, "unknown function 'hil'\n  did you mean 'hill'"),
        ("hill(a)", BadInput, "calls 'hill' with 1 arguments, not 2"),
        ("loop(a)", BadInput, "function 'loop' calls itself"),
    ],
)
def test_refusals(reader, text, error, said):
    with pytest.raises(error) as caught:
        read(reader, text)
    assert said in str(caught.value)
    assert "file.xml" in str(caught.value) or error is Unsupported


def test_missing_mathematics(reader):
    with pytest.raises(BadInput, match="the rule of 'x' has no mathematics"):
        reader.expression(None, "the rule of 'x'")


def test_nesting_has_a_limit(reader):
    assert read(reader, "(" * 50 + "a" + ")" * 50) == Symbol("a")
    with pytest.raises(Unsupported, match=f"nests more than {DEPTH} operations"):
        read(reader, "exp(" * (DEPTH + 5) + "a" + ")" * (DEPTH + 5))


def test_long_sums_do_not_nest(reader):
    found = read(reader, " + ".join(f"a*{i}" for i in range(600)))
    assert evaluate(found, VALUES) == pytest.approx(1.7 * sum(range(600)))


def test_factorials_are_of_whole_numbers(reader):
    assert math.isnan(evaluate(read(reader, "factorial(a)"), VALUES))
    assert math.isnan(evaluate(read(reader, "factorial(-1 * c)"), VALUES))


def test_rate_of_is_left_for_the_model_to_fill_in(reader):
    assert read(reader, "rateOf(a)") == Call("rateOf", (Symbol("a"),))


def test_functions_that_double_and_double_again_are_refused(document, reader):
    model = document.getModel()
    for i in range(40):
        each = model.createFunctionDefinition()
        each.setId(f"f{i}")
        each.setMath(libsbml.parseL3Formula(f"lambda(x, {f'f{i - 1}(x) * f{i - 1}(x)' if i else 'x'})"))
    with pytest.raises(Unsupported, match=f"makes more than {MOST:,} operations"):
        read(Reader(model, "file.xml"), "f39(a)")


def test_remainders_of_remainders_are_refused(reader):
    text = "a"
    for _ in range(30):
        text = f"rem({text}, b)"
    with pytest.raises(Unsupported, match="operations"):
        read(reader, text)
