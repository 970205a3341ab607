"""exp, ln and pow of a whole vector in straight-line code, so that no lane waits for a library call.

The usual case is written inline; for a lane with zero, a negative base, an overflow or nan the vector takes an exact,
slower path too, whose result counts in that lane only. Range reduction follows Cody and Waite, the coefficients of ln
are fdlibm's (Sun Microsystems 1993), those of exp are derived below; tests/engine/test_vector_math.py measures errors.
"""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import llvmlite.ir as ir

from unmoor.engine.vector_ir import INTS, MASK, VECTOR, Value, Writer, begin, function, splat, splat_int

_SHIFT = 6755399441055744.0  # 1.5 * 2^52: adding it leaves the rounded integer in the low bits of a double
_SHIFT_BITS = 0x4338000000000000
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LN_SERIES = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
_SMALLEST = 2.2250738585072014e-308
_EXP_DEGREE = 11
_EXP_RANGE = 708.0


def add_vector_math(module: ir.Module) -> None:
    """Define vector_exp, vector_ln, vector_raw_ln (positive normal numbers only) and vector_pow in the module.

    Beside each of exp, ln and pow: fast_ (right in usual lanes only), usual_ (which these are), apart_ (not inlined).
    """
    _define_raw_ln(module)
    _define_slow(module)
    for name, count in (("exp", 1), ("ln", 1), ("pow", 3)):
        made, out = _inline(module, f"fast_{name}", count)
        x = made.args[0]
        if name == "ln":
            out.builder.ret(out.builder.call(module.globals["vector_raw_ln"], [x]))
        else:
            out.builder.ret(_exp(out, x if name == "exp" else out.mul(made.args[1], made.args[2])))
        made, out = _inline(module, f"usual_{name}", count, MASK)
        out.builder.ret(_usual(out, name, made.args))
        for manner in ("vector", "apart"):
            made, out = _inline(module, f"{manner}_{name}", count)
            if manner == "apart":
                made.attributes.discard("alwaysinline")
                made.attributes.add("noinline")
            fast, usual = (out.builder.call(module.globals[f"{kind}_{name}"], made.args) for kind in ("fast", "usual"))
            out.builder.ret(_unless(made, out, usual, fast, f"slow_{name}", made.args[: 2 if name == "pow" else 1]))


def _usual(out: Writer, name: str, args: list[Value]) -> Value:
    """Lanes where the fast way is right."""
    if name == "exp":
        return out.compare("<", out.abs(args[0]), splat(_EXP_RANGE))
    if name == "ln":
        return _positive(out, args[0])
    return out.builder.and_(_positive(out, args[0]), _usual(out, "exp", [out.mul(args[1], args[2])]))


def _inline(module: ir.Module, name: str, count: int, returns: ir.Type = VECTOR) -> tuple[ir.Function, Writer]:
    made, out = begin(module, name, [VECTOR] * count, returns)
    made.attributes.discard("noinline")
    made.attributes.add("alwaysinline")
    return made, out


def _unless(made: ir.Function, out: Writer, usual: Value, fast: Value, slow: str, args: list[Value]) -> Value:
    """`fast` in usual lanes, what the slow function says in others; a lane's value never depends on its neighbours."""
    b = out.builder
    everyone = out.everyone(usual)
    here, rare, after = b.block, made.append_basic_block(), made.append_basic_block()
    b.cbranch(everyone, after, rare)
    b.position_at_end(rare)
    exact = out.select(usual, fast, b.call(b.module.globals[slow], args))
    b.branch(after)
    b.position_at_end(after)
    found = b.phi(VECTOR)
    found.add_incoming(fast, here)
    found.add_incoming(exact, rare)
    return found


def _positive(out: Writer, x: Value) -> Value:
    normal = out.compare(">=", x, splat(_SMALLEST))
    return out.builder.and_(normal, out.compare("<", x, splat(math.inf)))


@functools.cache
def exp_coefficients() -> tuple[float, ...]:
    """Polynomial for exp on [-ln 2 / 2, ln 2 / 2]: its Taylor series, shortened by Chebyshev polynomials.

    Lanczos, Applied Analysis (1956), chapter VII; in exact fractions, so that exp(0) is 1.
    """
    half = Fraction(math.log(2.0) / 2 * 1.0001)
    chebyshev = [[1], [0, 1]]
    while len(chebyshev) <= 2 * _EXP_DEGREE:
        doubled = [0, *(2 * c for c in chebyshev[-1])]
        chebyshev.append([c - (chebyshev[-2][k] if k < len(chebyshev[-2]) else 0) for k, c in enumerate(doubled)])
    series = [half**k / math.factorial(k) for k in range(len(chebyshev))]
    for degree in range(len(series) - 1, _EXP_DEGREE, -1):
        share = series.pop() / chebyshev[degree][-1]
        for k in range(degree):
            series[k] -= share * chebyshev[degree][k]
    return tuple(float(c / half**k) for k, c in enumerate(series))


def _horner(out: Writer, x: Value, coefficients: tuple[float, ...]) -> Value:
    found: Value = splat(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        found = out.add(out.mul(found, x), splat(coefficient))
    return found


def _exp(out: Writer, x: Value) -> Value:
    """exp for |x| < 708."""
    b = out.builder
    # no fast-math flag on the shift: it must not be simplified away
    shifted = b.fadd(b.fmul(x, splat(1.0 / math.log(2.0))), splat(_SHIFT))
    whole = b.fsub(shifted, splat(_SHIFT))
    r = out.sub(out.sub(x, out.mul(whole, splat(_LN2_HIGH))), out.mul(whole, splat(_LN2_LOW)))
    squared = out.mul(r, r)
    even = _horner(out, squared, exp_coefficients()[0::2])
    odd = _horner(out, squared, exp_coefficients()[1::2])
    series = out.add(even, out.mul(r, odd))
    return b.bitcast(b.add(b.bitcast(series, INTS), b.shl(b.bitcast(shifted, INTS), splat_int(52))), VECTOR)


def _define_raw_ln(module: ir.Module) -> None:
    made, out = _inline(module, "vector_raw_ln", 1)
    b, (x,) = out.builder, made.args
    bits = b.bitcast(x, INTS)
    exponent = b.ashr(b.sub(bits, splat_int(_SQRT_HALF_BITS)), splat_int(52))
    f = b.fsub(b.bitcast(b.sub(bits, b.shl(exponent, splat_int(52))), VECTOR), splat(1.0))
    whole = b.fsub(b.bitcast(b.add(exponent, splat_int(_SHIFT_BITS)), VECTOR), splat(_SHIFT))
    s = out.div(f, out.add(f, splat(2.0)))
    z = out.mul(s, s)
    series = out.mul(z, _horner(out, z, _LN_SERIES))
    half_square = out.mul(out.mul(f, f), splat(0.5))
    small = out.add(out.mul(s, out.add(half_square, series)), out.mul(whole, splat(_LN2_LOW)))
    b.ret(out.sub(out.mul(whole, splat(_LN2_HIGH)), out.sub(out.sub(half_square, small), f)))


def _define_slow(module: ir.Module) -> None:
    """slow_exp, slow_ln, slow_pow: every lane by the C library, with all its special cases."""
    for name, symbol, count in (("exp", "exp", 1), ("ln", "log", 1), ("pow", "pow", 2)):
        scalar = function(module, symbol, ir.DoubleType(), [ir.DoubleType()] * count)
        made, out = begin(module, f"slow_{name}", [VECTOR] * count, VECTOR)
        made.attributes.add("cold")
        found: Value = splat(0.0)
        for lane in range(VECTOR.count):
            place = ir.Constant(ir.IntType(32), lane)
            one = out.builder.call(scalar, [out.builder.extract_element(x, place) for x in made.args])
            found = out.builder.insert_element(found, one, place)
        out.builder.ret(found)
