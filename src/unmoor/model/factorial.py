"""The factorial as an expression of common operations, for the operator of MathML."""

from __future__ import annotations

import math

from unmoor.model.expression import Call, Number, Symbol

# Lanczos' approximation of the gamma function (SIAM J. Numer. Anal. 1, 1964, 86-96) with Godfrey's coefficients for
# g = 7 and nine terms; its relative error is below 1e-12 up to 170!.
_G = 7.0
_COEFFICIENTS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip
_X = Symbol("x")


def _factorial() -> Call:
    terms = [Number(_COEFFICIENTS[0])]
    series = Call("add", (*terms, *(
        Call("div", (Number(each), Call("add", (_X, Number(float(k))))))
        for k, each in enumerate(_COEFFICIENTS[1:], start=1)
    )))  # fmt: skip
    shifted = Call("add", (_X, Number(_G + 0.5)))
    # the power in two halves, because all of it overflows before its product with the exponential does
    half = Call("pow", (shifted, Call("mul", (Number(0.5), Call("add", (_X, Number(0.5)))))))
    gamma = Call("mul", (Number(math.sqrt(2 * math.pi)), half, Call("exp", (Call("neg", (shifted,)),)), half, series))
    whole = Call("floor", (Call("add", (gamma, Number(0.5))),))
    defined = Call("and", (Call("ge", (_X, Number(0.0))), Call("eq", (_X, Call("floor", (_X,))))))
    return Call("piecewise", (whole, defined, Number(math.nan)))


#: x! for whole x from 0; nan for what has no factorial
FACTORIAL = _factorial()
