"""Text of expressions, read back by libSBML's own parser, has the same value."""

import libsbml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.model.expression import Call, Number, Symbol, evaluate
from unmoor.model.infix import infix
from unmoor.model.mathml import Reader

A, B, C = map(Symbol, "abc")


def call(op, *args):
    return Call(op, args)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (call("add", A, call("neg", B), C), "a - b + c"),
        (call("sub", A, call("sub", B, C)), "a - (b - c)"),
        (call("sub", call("sub", A, B), C), "a - b - c"),
        (call("div", A, call("mul", B, C)), "a/(b*c)"),
        (call("mul", call("add", A, B), C), "(a + b)*c"),
        (call("pow", call("neg", A), Number(2.0)), "(-a)^2"),
        (call("neg", call("pow", A, Number(2.0))), "-a^2"),
        (call("pow", call("pow", A, B), C), "(a^b)^c"),
        (call("neg", call("mul", A, B)), "-(a*b)"),
        (call("exp", call("div", A, B)), "exp(a/b)"),
        (call("piecewise", A, call("lt", B, C), Number(0.5)), "piecewise(a, b < c, 0.5)"),
        (call("and", call("gt", A, B), call("not", C)), "a > b && !c"),
        (call("add", A, Number(-2.0)), "a + -2"),
    ],
)
def test_only_the_parentheses_that_are_needed(expression, text):
    assert infix(expression) == text


trees = st.recursive(
    st.sampled_from([A, B, C, Number(2.5), Number(0.25), Number(-3.5)]),
    lambda inner: st.one_of(
        st.builds(
            lambda op, x, y: call(op, x, y), st.sampled_from(["add", "sub", "mul", "div", "pow", "max"]), inner, inner
        ),
        st.builds(lambda op, x: call(op, x), st.sampled_from(["neg", "abs", "exp", "tanh"]), inner),
        st.builds(lambda x, y, z: call("add", x, y, z), inner, inner, inner),
        st.builds(lambda x, y, z, w: call("piecewise", x, call("le", y, z), w), inner, inner, inner, inner),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_the_text_means_the_expression(expression):
    settings_ = libsbml.L3ParserSettings()
    settings_.setParseLog(libsbml.L3P_PARSE_LOG_AS_ERROR)
    node = libsbml.parseL3FormulaWithSettings(infix(expression), settings_)
    assert node is not None, infix(expression)
    model = libsbml.SBMLDocument(3, 2).createModel()
    again = Reader(model, "test").expression(node, "a formula")
    values = {"a": 1.3, "b": 0.7, "c": 2.1}
    assert evaluate(again, values) == pytest.approx(evaluate(expression, values), rel=1e-9, nan_ok=True)
