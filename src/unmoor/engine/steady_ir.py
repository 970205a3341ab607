"""Vector code that brings all lanes to a steady state: implicit Euler steps that grow into those of Newton's method.

Pseudo-transient continuation, Kelley and Keyes, SIAM Journal on Numerical Analysis 35:508 (1998),
doi:10.1137/S0036142996304796: solve (I/d - J) x = f and let d grow. Small d follows the movement of the model from its
first guess, which keeps it in its basin and keeps what it conserves; large d is Newton's method.
"""

from __future__ import annotations

import llvmlite.ir as ir

from unmoor.engine.elimination import add_factor, add_solve
from unmoor.engine.kernel_ir import add_floating_point_mode, add_prepare, add_start
from unmoor.engine.layout import Program
from unmoor.engine.rosenbrock import each_row, loader
from unmoor.engine.vector_ir import INDEX, MASK, POINTER, WIDTH, Value, Writer, begin, emit, function, splat
from unmoor.engine.vector_math import add_vector_math

#: what is told of each lane: 1 when settled, the scaled residual, the pseudo-time step, 1 when surely stable
DONE, RESIDUAL, PSEUDO_STEP, STABLE = range(4)
TOLD_ROWS = 4
#: largest number of steps; a model without a steady state uses them all
STEPS = 300
#: settled: no rate is above this share of what flows through its state, ...
RESIDUAL_LIMIT = 1e-10
#: ... no state moves by more than this share in a step, ...
SHIFT_LIMIT = 1e-7
#: ... and that step is this much longer than the fastest movement of the model, so that slow ones would show
SPAN = 1e8
#: a state is as good as empty below this share of where it started
EMPTY = 1e-6
#: what rounding leaves of a scaled rate
_NOISE = 1e-12
_TINY = 1e-300


def work_vectors(program: Program) -> int:
    """Vectors of work space that `settle` needs."""
    return 7 * program.layout.rows + 2 * program.layout.entries + program.layout.factors


def module_text(program: Program) -> str:
    """The functions prepare, start and settle of a balance as LLVM text."""
    module = ir.Module("balance")
    add_vector_math(module)
    _add_evaluate(module, program)
    add_prepare(module, program)
    add_start(module, program)
    add_floating_point_mode(module)
    _add_settle(module, program)
    return str(module)


def _add_evaluate(module: ir.Module, program: Program) -> None:
    """evaluate(y, p, f, matrix, flow): rates, Jacobian entries, and what flows through each state."""
    made, out = begin(module, "evaluate", [POINTER] * 5)
    targets = list(zip(made.args[2:], (program.slopes, tuple(program.entries.values()), program.outputs), strict=True))
    wanted = [node for _, nodes in targets for node in nodes]
    values = emit(program.graph, wanted, out, loader(program, out, made.args[0], made.args[1]))
    for target, nodes in targets:
        for row, node in enumerate(nodes):
            out.store(values[node], target, row)
    out.builder.ret_void()


def _add_settle(module: ir.Module, program: Program) -> None:
    """settle(y, p, told, work): y moves from the first guess to the steady state in lanes that end with DONE."""
    evaluate = module.globals["evaluate"]
    factor, solve = add_factor(module, program), add_solve(module, program)
    made, out = begin(module, "settle", [POINTER] * 4, export=True)
    y, p, told, work = made.args
    b, size, count = out.builder, program.layout.rows, program.layout.entries
    start, f, x, u, g, flow, flow_then = (out.place(work, k * size) for k in range(7))
    matrix, tried = out.place(work, 7 * size), out.place(work, 7 * size + count)
    factors = out.place(work, 7 * size + 2 * count)

    each_row(made, out, size, lambda row: out.store(out.load(y, row), start, row))
    b.call(evaluate, [y, p, f, matrix, flow])
    shortest = out.div(splat(1.0), _fastest(out, program, matrix))
    longest = out.mul(shortest, splat(SPAN))
    out.store(shortest, told, PSEUDO_STEP)
    for row in (DONE, RESIDUAL, STABLE):
        out.store(splat(0.0), told, row)

    before, loop = b.block, made.append_basic_block()
    b.branch(loop)
    b.position_at_end(loop)
    trial = b.phi(INDEX)
    trial.add_incoming(ir.Constant(INDEX, 0), before)
    step = out.load(told, PSEUDO_STEP)
    rate = out.div(splat(1.0), step)
    b.call(factor, [matrix, factors, rate])
    each_row(made, out, size, lambda row: out.store(out.load(f, row), x, row))
    b.call(solve, [factors, x])
    kept = b.and_(_follows(out, program, factors), _move(out, size, y, x, start, u))
    b.call(evaluate, [u, p, g, tried, flow_then])
    was, now, left, shift, finite = _measure(
        out, program, [y, f, matrix, flow], [u, g, tried, flow_then], x, start, rate
    )
    settled = out.compare(">", out.load(told, DONE), splat(0.0))
    near = out.compare("<=", now, out.add(out.mul(splat(0.5), was), splat(_NOISE)))
    accepted = b.and_(b.and_(b.and_(kept, finite), near), b.not_(settled))
    for source, target, rows in ((u, y, size), (g, f, size), (tried, matrix, count), (flow_then, flow, size)):
        if rows:
            each_row(made, out, rows, lambda row, s=source, t=target: out.store(  # type: ignore[misc]
                out.select(accepted, out.load(s, row), out.load(t, row)), t, row))  # fmt: skip
    there = b.and_(accepted, out.compare(">=", step, longest))
    there = b.and_(there, out.compare("<=", left, splat(RESIDUAL_LIMIT)))
    there = b.and_(there, out.compare("<=", shift, splat(SHIFT_LIMIT)))
    settled = b.or_(settled, there)
    out.store(out.select(settled, splat(1.0), splat(0.0)), told, DONE)
    out.store(out.select(accepted, left, out.load(told, RESIDUAL)), told, RESIDUAL)
    grown = out.mul(step, _growth(out, now, was))
    capped = out.compare("<=", shift, splat(SHIFT_LIMIT))
    grown = out.select(b.and_(capped, out.compare(">", grown, longest)), longest, grown)
    following = out.select(accepted, grown, out.mul(step, splat(0.2)))
    out.store(out.select(settled, step, following), told, PSEUDO_STEP)

    another = b.add(trial, ir.Constant(INDEX, 1))
    trial.add_incoming(another, b.block)
    everyone = function(module, "llvm.vector.reduce.and.v8i1", ir.IntType(1), [MASK])
    more = b.and_(b.not_(b.call(everyone, [settled])), b.icmp_signed("<", another, ir.Constant(INDEX, STEPS)))
    after = made.append_basic_block()
    b.cbranch(more, loop, after)
    b.position_at_end(after)

    _magnitudes(out, program, matrix, tried)
    b.call(factor, [tried, factors, out.div(splat(1.0), out.load(told, PSEUDO_STEP))])
    out.store(out.select(_positive_pivots(out, program, factors), splat(1.0), splat(0.0)), told, STABLE)
    b.ret_void()


def _by_row(program: Program) -> list[list[tuple[int, int]]]:
    """For each row of the Jacobian its (storage place, column)."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(program.layout.rows)]
    for place, (i, j) in enumerate(program.entries):
        found[i].append((place, j))
    return found


def _fastest(out: Writer, program: Program, matrix: Value) -> Value:
    """A bound of the fastest rate of change, from the rows of the Jacobian."""
    fastest: Value = splat(1e-6)
    for entries in _by_row(program):
        total: Value = splat(0.0)
        for place, _ in entries:
            total = out.add(total, out.abs(out.load(matrix, place)))
        fastest = out.largest(total, fastest)
    return out.select(out.compare("<", fastest, splat(1e290)), fastest, splat(1e290))


def _follows(out: Writer, program: Program, factors: Value) -> Value:
    """Lanes where det(I/d - J) > 0: a real rate of growth above 1/d makes it negative, and the step would turn back."""
    turned: Value = ir.Constant(MASK, [0] * WIDTH)
    for k in range(program.layout.rows):
        inverse = out.load(factors, program.plan.slots[k, k])
        turned = out.builder.xor(turned, out.compare("<", inverse, splat(0.0)))
    return out.builder.not_(turned)


def _move(out: Writer, size: int, y: Value, x: Value, start: Value, u: Value) -> Value:
    """u = y + x; lanes where what started above zero stays there (rounding below zero becomes zero)."""
    good: Value = ir.Constant(MASK, [1] * WIDTH)
    for row in range(size):
        moved, begun = out.add(out.load(y, row), out.load(x, row)), out.load(start, row)
        positive = out.compare(">", begun, splat(0.0))
        low = out.mul(out.largest(out.abs(out.load(y, row)), begun), splat(-_NOISE))
        good = out.builder.and_(good, out.builder.or_(out.builder.not_(positive), out.compare(">=", moved, low)))
        below = out.builder.and_(positive, out.compare("<", moved, splat(0.0)))
        out.store(out.select(below, splat(0.0), moved), u, row)
    return good


def _measure(
    out: Writer, program: Program, here: list[Value], there: list[Value], x: Value, start: Value, rate: Value
) -> tuple[Value, Value, Value, Value, Value]:
    """Largest scaled values: rates before, their difference from the linear prediction after the step, rates after,
    and the step; and the lanes where all is finite. `here` and `there` are states, rates, Jacobian and flows.

    A rate is scaled by what flows through its state, a step by the state or, where that is empty, a small part of its
    start and of what flows through it while it turns over once.
    """
    was: Value = splat(0.0)
    now: Value = splat(0.0)
    left: Value = splat(0.0)
    shift: Value = splat(0.0)
    finite: Value = ir.Constant(MASK, [1] * WIDTH)
    begun = [out.abs(out.load(start, row)) for row in range(program.layout.rows)]
    for row, entries in enumerate(_by_row(program)):
        levels: list[Value] = [splat(_TINY), splat(_TINY)]
        turnover: Value = splat(0.0)
        for place, column in entries:
            for k, matrix in enumerate((here[2], there[2])):
                entry = out.abs(out.load(matrix, place))
                levels[k] = out.add(levels[k], out.mul(entry, begun[column]))
                turnover = entry if row == column and k else turnover
        flow, slope, step = out.load(there[3], row), out.load(there[1], row), out.load(x, row)
        inverse = out.div(splat(1.0), out.add(levels[0], out.load(here[3], row)))
        missed = out.abs(out.sub(slope, out.mul(step, rate)))
        was = out.largest(out.mul(out.abs(out.load(here[1], row)), inverse), was)
        now = out.largest(out.mul(missed, inverse), now)
        left = out.largest(out.div(out.abs(slope), out.add(out.mul(levels[1], splat(EMPTY)), flow)), left)
        level = out.add(begun[row], out.div(flow, out.add(turnover, splat(_TINY))))
        level = out.add(out.mul(level, splat(EMPTY)), out.abs(out.load(there[0], row)))
        shift = out.largest(out.div(out.abs(step), out.add(level, splat(_TINY))), shift)
        for value in (missed, levels[1], flow):
            finite = out.builder.and_(finite, out.compare("<", value, splat(1e290)))
    return was, now, left, shift, finite


def _growth(out: Writer, now: Value, was: Value) -> Value:
    """How much longer the next step is: the less the rates left their linear prediction, the longer, 1 to 100 times."""
    missed = out.sub(now, splat(_NOISE))
    share = out.div(out.mul(splat(0.25), was), out.add(missed, splat(_TINY)))
    factor = out.select(out.compare("<", share, splat(100.0)), share, splat(100.0))
    factor = out.select(out.compare("<", factor, splat(1.0)), splat(1.0), factor)
    return out.select(out.compare(">", missed, splat(0.0)), factor, splat(100.0))


def _magnitudes(out: Writer, program: Program, matrix: Value, target: Value) -> None:
    """The Jacobian with off-diagonal entries made positive: it is stable only if no feedback can make J unstable."""
    for place, (i, j) in enumerate(program.entries):
        value = out.load(matrix, place)
        out.store(value if i == j else out.abs(value), target, place)


def _positive_pivots(out: Writer, program: Program, factors: Value) -> Value:
    """Lanes where all pivots are positive: an M-matrix, so that every rate of growth is below the shift."""
    good: Value = ir.Constant(MASK, [1] * WIDTH)
    for k in range(program.layout.rows):
        inverse = out.load(factors, program.plan.slots[k, k])
        finite = out.compare("<", inverse, splat(1e290))
        good = out.builder.and_(good, out.builder.and_(out.compare(">", inverse, splat(0.0)), finite))
    return good
