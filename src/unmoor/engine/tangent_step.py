"""One Rosenbrock step of states and tangents: the states first, then parameter by parameter with the same factors.

The matrix of the enlarged system is block lower triangular with one diagonal block, which is factored once (staggered
in the sense of Feehery, Tolsma and Barton, Applied Numerical Mathematics 25:41 (1997),
doi:10.1016/S0168-9274(97)00050-0). All of it is exact, so tangents are the derivative of the very numbers a step makes.
A parameter's eight stages stand together in memory and stay in the nearest cache while it is its turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import llvmlite.ir as ir

from unmoor.engine.elimination import add_factor, add_solve
from unmoor.engine.rosenbrock import (
    ACTIVE,
    ATOL,
    ERROR,
    FACTOR,
    GAMMA,
    RTOL,
    STAGES,
    STEP,
    TIME,
    A,
    C,
    H,
    add_residual,
    each_row,
    if_wanted,
    loader,
    step_factor,
    sum_rows,
    weighted,
)
from unmoor.engine.tangent_program import TangentProgram
from unmoor.engine.vector_ir import INDEX, INT, POINTER, Value, Writer, begin, emit, splat


@dataclass
class _Step:
    """The pointers of a step; `j` is the number of a block, the last of which holds the states."""

    made: ir.Function
    out: Writer
    tangents: TangentProgram
    y: Value
    p: Value
    control: Value
    k: Value
    u: Value
    matrix: Value
    dense: Value
    want_dense: Value

    @property
    def size(self) -> int:
        return self.tangents.base.layout.rows

    @property
    def states(self) -> ir.Constant:
        return ir.Constant(INDEX, len(self.tangents.parameters))

    def at(self, pointer: Value, j: Value, rows: int, first: int = 0) -> Value:
        """The place behind `pointer` of block `j`, blocks being `rows` long, from row `first` of it on."""
        b = self.out.builder
        return self.out.place(pointer, b.add(b.mul(j, ir.Constant(INDEX, rows)), ir.Constant(INDEX, first)))

    def block(self, pointer: Value, j: Value) -> Value:
        return self.at(pointer, j, self.size)

    def stages(self, j: Value) -> list[Value]:
        return [self.at(self.k, j, STAGES * self.size, i * self.size) for i in range(STAGES)]


def add_tangent_step(module: ir.Module, tangents: TangentProgram) -> None:
    """Define step(y, p, control, k, u, matrix, dense, want_dense) as `rosenbrock.add_step` does, for all blocks.

    The error of a lane is the largest of its blocks' errors.
    """
    base = tangents.base
    rates = {full: _add_rates(module, tangents, full=full) for full in (False, True)}
    factor, solve, residual = add_factor(module, base), add_solve(module, base), add_residual(module, base)
    made, out = begin(module, "step", [POINTER] * 7 + [INT], export=True)
    run = _Step(made, out, tangents, *made.args)
    b, size, room = out.builder, run.size, tangents.room
    blocks = len(tangents.parameters)
    h, control = out.load(run.control, STEP), run.control
    inverse = out.div(splat(1.0), h)
    diagonal = out.mul(inverse, splat(1.0 / GAMMA))
    y, u, stage = run.block(run.y, run.states), run.block(run.u, run.states), run.stages(run.states)
    if base.layout.has_clock:
        out.store(out.load(control, TIME), y, size - 1)
    each_row(made, out, blocks * STAGES * size, lambda row: out.store(splat(0.0), run.k, row))
    below, terms, factors = (out.place(run.matrix, first) for first in (room.below, room.terms, room.factors))
    if tangents.places:
        each_row(made, out, blocks * len(tangents.places), lambda row: out.store(splat(0.0), below, row))
    kept = [out.place(run.matrix, room.kept + i * len(tangents.kept)) for i in range(STAGES)]

    b.call(rates[True], [y, run.p, stage[0], kept[0], run.k, run.matrix, below, terms])
    each_row(made, out, size, lambda row: out.store(out.load(stage[0], row), u, row))
    b.call(factor, [run.matrix, factors, diagonal])
    b.call(solve, [factors, stage[0]])
    solved = b.call(residual, [run.matrix, stage[0], u, y, control, diagonal])
    for i in range(1, STAGES):
        _argument(run, i, y, u, stage)
        b.call(rates[False], [u, run.p, stage[i], kept[i], out.place(run.k, i * size)])
        _correction(run, i, stage, inverse)
        b.call(solve, [factors, stage[i]])
    own = _error(run, y, u, stage[-1])
    if_wanted(made, out, run.want_dense, lambda: _dense(run, run.states, y, u, stage))

    def move(j: Value, worst: list[Value]) -> list[Value]:
        tangent, argument, mine = run.block(run.y, j), run.block(run.u, j), run.stages(j)
        matrix = run.at(below, j, len(tangents.places))
        _below(run, tangent, matrix, terms)
        for i in range(STAGES):
            if i:
                _argument(run, i, tangent, argument, mine)
                _correction(run, i, mine, inverse)
            _force(run, kept[i], argument if i else tangent, matrix, stage[i], mine[i])
            b.call(solve, [factors, mine[i]])
        error = _error(run, tangent, argument, mine[-1])
        if_wanted(made, out, run.want_dense, lambda: _dense(run, j, tangent, argument, mine))
        # a sum keeps what is not a number, which a comparison would drop
        finite = out.compare("<", out.add(error, worst[0]), splat(float("inf")))
        larger = out.select(out.compare(">", error, worst[0]), error, worst[0])
        return [out.select(finite, larger, splat(float("inf")))]

    (error,) = sum_rows(made, out, blocks, move, 1)
    finite = out.compare("<", out.add(error, own), splat(float("inf")))
    error = out.select(out.compare(">", error, own), error, own)
    error = out.select(b.and_(solved, finite), error, splat(float("inf")))
    out.store(error, control, ERROR)
    out.store(step_factor(out, error), control, FACTOR)
    accepted = b.and_(out.compare("<=", error, splat(1.0)), out.compare(">", out.load(control, ACTIVE), splat(0.0)))
    _move_on(run, accepted)
    b.ret_void()


def _argument(run: _Step, i: int, y: Value, u: Value, stage: list[Value]) -> None:
    """u = the argument of stage i."""
    out = run.out

    def row_of(row: Value) -> None:
        if i < 6:
            out.store(weighted(out, stage, row, A[i], out.load(y, row)), u, row)
        else:
            out.store(out.add(out.load(u, row), out.load(stage[i - 1], row)), u, row)

    each_row(run.made, out, run.size, row_of)


def _correction(run: _Step, i: int, stage: list[Value], inverse: Value) -> None:
    """Add what earlier stages bring to the right-hand side of stage i."""
    out = run.out

    def row_of(row: Value) -> None:
        earlier = weighted(out, stage, row, C[i])
        out.store(out.add(out.load(stage[i], row), out.mul(inverse, earlier)), stage[i], row)

    each_row(run.made, out, run.size, row_of)


def _below(run: _Step, tangent: Value, matrix: Value, terms: Value) -> None:
    """matrix += d (J s) / dy at the start of the step; df/dp is there already."""
    out, tangents = run.out, run.tangents
    value = _at_hand(run, tangents.terms, terms)
    at = [out.load(tangent, row) for row in range(run.size)]
    for k, place in enumerate(tangents.places):
        total = out.load(matrix, k)
        for column, node in tangents.second.get(place, ()):
            total = out.add(total, out.mul(value(node), at[column]))
        out.store(total, matrix, k)


def _force(run: _Step, kept: Value, argument: Value, matrix: Value, solved: Value, target: Value) -> None:
    """target += J s at the stage, and what the stage's solution for the states brings through the matrix below."""
    out, tangents = run.out, run.tangents
    value = _at_hand(run, tangents.kept, kept)
    at = [out.load(argument, row) for row in range(run.size)]
    by_row: list[list[tuple[int, int]]] = [[] for _ in range(run.size)]
    for k, (i, column) in enumerate(tangents.places):
        by_row[i].append((k, column))
    for row, entries in enumerate(tangents.rows):
        total = out.load(target, row)
        for column, node in entries:
            total = out.add(total, out.mul(value(node), at[column]))
        for k, column in by_row[row]:
            total = out.add(total, out.mul(out.load(matrix, k), out.load(solved, column)))
        out.store(total, target, row)


def _at_hand(run: _Step, stored: tuple[int, ...], pointer: Value) -> Callable[[int], Value]:
    """The value of a node that is stored behind `pointer`, or in a parameter row, or a number."""
    base, places = run.tangents.base, {node: place for place, node in enumerate(stored)}
    load = loader(base, run.out, run.y, run.p)

    def value(node: int) -> Value:
        if node in places:
            return run.out.load(pointer, places[node])
        number = base.graph.value(node)
        return load(node) if number is None else splat(number)

    return value


def _error(run: _Step, y: Value, u: Value, last: Value) -> Value:
    """The squared scaled error of one block; a tangent is held to the size of its state where that is larger."""
    out = run.out
    rtol, atol, states = out.load(run.control, RTOL), out.load(run.control, ATOL), run.block(run.y, run.states)

    def squares(row: Value, totals: list[Value]) -> list[Value]:
        change, before = out.load(last, row), out.load(y, row)
        after = out.add(out.load(u, row), change)
        largest = out.largest(out.abs(out.load(states, row)), out.largest(out.abs(before), out.abs(after)))
        level = out.add(atol, out.mul(rtol, largest))
        ratio = out.div(change, level)
        return [out.add(totals[0], out.mul(ratio, ratio))]

    (total,) = sum_rows(run.made, out, run.size, squares, 1)
    return out.mul(total, splat(1.0 / run.size))


def _dense(run: _Step, j: Value, y: Value, u: Value, stage: list[Value]) -> None:
    """The interpolant of one block, five vectors a row."""
    out, b = run.out, run.out.builder
    block = run.at(run.dense, j, 5 * run.size)

    def store(row: Value) -> None:
        first = b.mul(row, ir.Constant(INDEX, 5))
        values = [out.load(y, row), out.add(out.load(u, row), out.load(stage[-1], row))]
        values += [weighted(out, stage, row, weights) for weights in H]
        for k, value in enumerate(values):
            out.store(value, block, b.add(first, ir.Constant(INDEX, k)))

    each_row(run.made, out, run.size, store)


def _move_on(run: _Step, accepted: Value) -> None:
    """Accepted lanes take their new states; the last stages are put where the driver looks for the largest error.

    From the last block to the first, so that nothing is overwritten before it has been read.
    """
    out, b = run.out, run.out.builder
    blocks = len(run.tangents.parameters) + 1
    tail = out.place(run.k, (STAGES - 1) * blocks * run.size)

    def block_of(number: Value) -> None:
        j = b.sub(ir.Constant(INDEX, blocks - 1), number)
        y, u, last, place = run.block(run.y, j), run.block(run.u, j), run.stages(j)[-1], run.block(tail, j)

        def row_of(row: Value) -> None:
            change = out.load(last, row)
            moved = out.add(out.load(u, row), change)
            out.store(out.select(accepted, moved, out.load(y, row)), y, row)
            out.store(change, place, row)

        each_row(run.made, out, run.size, row_of)

    each_row(run.made, out, blocks, block_of)


def _add_rates(module: ir.Module, tangents: TangentProgram, *, full: bool) -> ir.Function:
    """rates(y, p, f, kept, forced): rates of the states, Jacobian entries to keep, and p df/dp of each parameter.

    With `full`, rates_and_matrix(..., matrix, below, terms): the Jacobian, d (p df/dp) / dy, second derivatives.
    """
    base, places = tangents.base, {place: k for k, place in enumerate(tangents.places)}
    made, out = begin(module, "rates_and_matrix" if full else "rates", [POINTER] * (8 if full else 5))
    y, p, f, kept, forced = made.args[:5]
    targets = [(node, f, row) for row, node in enumerate(base.slopes)]
    targets += [(node, kept, k) for k, node in enumerate(tangents.kept)]
    targets += [(node, forced, j * STAGES * base.layout.rows + i) for (i, j), node in tangents.slope_by.items()]
    if full:
        matrix, below, terms = made.args[5:]
        targets += [(node, matrix, k) for k, node in enumerate(base.entries.values())]
        targets += [(n, below, j * len(places) + places[i, k]) for (i, k, j), n in tangents.slope_by_state.items()]
        targets += [(node, terms, k) for k, node in enumerate(tangents.terms)]
    values = emit(base.graph, [node for node, _, _ in targets], out, loader(base, out, y, p))
    for node, pointer, row in targets:
        out.store(values[node], pointer, row)
    out.builder.ret_void()
    return made
