"""One Rosenbrock step of all lanes as vector code: Rodas5P, stiffly accurate, order 5, with dense output of order 4.

Coefficients and the form without matrix products: G. Steinebach, BIT Numerical Mathematics 63:27 (2023),
doi:10.1007/s10543-023-00967-x; the form of the stages as in Hairer and Wanner, Solving ODEs II, section IV.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import llvmlite.ir as ir

from unmoor.engine.elimination import add_factor, add_solve
from unmoor.engine.layout import Program
from unmoor.engine.vector_ir import (
    INDEX,
    INT,
    MASK,
    POINTER,
    VECTOR,
    WIDTH,
    Value,
    Writer,
    begin,
    emit,
    function,
    splat,
)

GAMMA = 0.21193756319429014
STAGES = 8
SCRATCH = 3
ORDER = 5
_LAST = (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946)
#: weights of earlier stages in the argument of a stage; the last two stages add one stage at a time
A = (
    (),
    (3.0,),
    (2.849394379747939, 0.45842242204463923),
    (-6.954028509809101, 2.489845061869568, -10.358996098473584),
    (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
    _LAST,
    (*_LAST, 1.0),
    (*_LAST, 1.0, 1.0),
)
#: weights of earlier stages in the right-hand side of a stage, divided by the step
C = (
    (),
    (-14.155112264123755,),
    (-17.97296035885952, -2.859693295451294),
    (147.12150275711716, -1.41221402718213, 71.68940251302358),
    (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
    (24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471),
    (
        30.91273214028599,
        -3.1208243349937974,
        77.79954646070892,
        34.28646028294783,
        -19.097331116725623,
        -28.087943162872662,
    ),
    (
        37.80277123390563,
        -3.2571969029072276,
        112.26918849496327,
        66.9347231244047,
        -40.06618937091002,
        -54.66780262877968,
        -9.48861652309627,
    ),
)
#: dense output: y(t + theta h) = (1-theta) y0 + theta (y1 + (1-theta)(d0 + theta (d1 + theta d2))), d = H k
H = (
    (
        25.948786856663858,
        -2.5579724845846235,
        10.433815404888879,
        -2.3679251022685204,
        0.524948541321073,
        1.1241088310450404,
        0.4272876194431874,
        -0.17202221070155493,
    ),
    (
        -9.91568850695171,
        -0.9689944594115154,
        3.0438037242978453,
        -24.495224566215796,
        20.176138334709044,
        15.98066361424651,
        -6.789040303419874,
        -6.710236069923372,
    ),
    (
        11.419903575922262,
        2.8879645146136994,
        72.92137995996029,
        80.12511834622643,
        -52.072871366152654,
        -59.78993625266729,
        -0.15582684282751913,
        4.883087185713722,
    ),
)
#: rows of the control block that the driver and a step share
TIME, STEP, ACTIVE, ERROR, RTOL, ATOL, FIRST_STEP, FACTOR = range(8)
CONTROL_ROWS = 8
#: a linear solve is refused when its scaled residual exceeds this share of the tolerance
RESIDUAL_LIMIT = 0.1
#: ... and this share of the terms it is the difference of
ROUNDING = 1e-12


def add_step(module: ir.Module, program: Program) -> None:
    """Define step(y, p, control, k, u, matrix, dense, want_dense): one trial step; y moves on in accepted lanes.

    `u` is room for SCRATCH vectors a row: a stage's argument, its slopes, and what earlier stages add to them.
    Writes the squared scaled error of each lane to control row ERROR (not finite or above 1: rejected) and the
    factor for the next step to FACTOR.
    """
    slopes = function(module, "slopes", ir.VoidType(), [POINTER] * 3)
    slopes_and_matrix = function(module, "slopes_and_matrix", ir.VoidType(), [POINTER] * 4)
    factor, solve = add_factor(module, program), add_solve(module, program, two_parts=True)
    residual = add_residual(module, program)
    step, out = begin(module, "step", [POINTER] * 7 + [INT], export=True)
    y, p, control, k, u, matrix, dense, want_dense = step.args
    size = program.layout.rows
    b = out.builder
    stage = [out.place(k, i * size) for i in range(STAGES)]
    f, correction = out.place(u, size), out.place(u, 2 * size)
    factors = out.place(matrix, len(program.entries))
    h = out.load(control, STEP)
    inverse = out.div(splat(1.0), h)
    diagonal = out.mul(inverse, splat(1.0 / GAMMA))
    if program.layout.has_clock:
        out.store(out.load(control, TIME), y, size - 1)

    b.call(slopes_and_matrix, [y, p, f, matrix])
    b.call(factor, [matrix, factors, diagonal])
    b.call(solve, [factors, f, f, splat(0.0), stage[0]])
    solved = b.call(residual, [matrix, stage[0], f, y, control, diagonal])
    for i in range(1, STAGES):

        def prepare(row: Value, i: int = i) -> None:
            # both sums before anything is stored, so that each stage is read once
            earlier = weighted(out, stage, row, C[i])
            if i < 6:
                argument = weighted(out, stage, row, A[i], out.load(y, row))
            else:
                argument = out.add(out.load(u, row), out.load(stage[i - 1], row))
            out.store(argument, u, row)
            out.store(earlier, correction, row)

        each_row(step, out, size, prepare)
        b.call(slopes, [u, p, f])
        b.call(solve, [factors, f, correction, inverse, stage[i]])

    error = _error(step, out, size, y, u, stage[-1], control)
    error = out.select(solved, error, splat(float("inf")))
    out.store(error, control, ERROR)
    out.store(step_factor(out, error), control, FACTOR)
    if_wanted(step, out, want_dense, lambda: _dense(out, program, y, u, stage, dense))
    accepted = b.and_(out.compare("<=", error, splat(1.0)), out.compare(">", out.load(control, ACTIVE), splat(0.0)))

    def move_on(row: Value) -> None:
        moved = out.add(out.load(u, row), out.load(stage[-1], row))
        out.store(out.select(accepted, moved, out.load(y, row)), y, row)

    each_row(step, out, size, move_on)
    b.ret_void()


def add_first_step(module: ir.Module, program: Program) -> None:
    """Define first_step(y, p, control, f): a cautious step length for each lane, to control row FIRST_STEP.

    Hairer, Norsett and Wanner, Solving ODEs I, section II.4, first guess, with 0.1 |y| / |f| in the scaled norm
    instead of 0.01: an implicit step that turns out too long costs one rejection, a short one costs several steps.
    """
    made, out = begin(module, "first_step", [POINTER] * 4, export=True)
    y, p, control, f = made.args
    size = program.layout.rows
    if program.layout.has_clock:
        out.store(out.load(control, TIME), y, size - 1)
    out.builder.call(function(module, "slopes", ir.VoidType(), [POINTER] * 3), [y, p, f])
    rtol, atol = out.load(control, RTOL), out.load(control, ATOL)

    def sums(row: Value, totals: list[Value]) -> list[Value]:
        value = out.load(y, row)
        scale = out.div(splat(1.0), out.add(atol, out.mul(rtol, out.abs(value))))
        level, slope = out.mul(value, scale), out.mul(out.load(f, row), scale)
        return [out.add(totals[0], out.mul(level, level)), out.add(totals[1], out.mul(slope, slope))]

    levels, slopes = sum_rows(made, out, len(program.layout.states), sums, 2)
    ratio = out.sqrt(out.div(levels, out.add(slopes, splat(1e-300))))
    out.store(out.mul(splat(0.1), ratio), control, FIRST_STEP)
    out.builder.ret_void()


def weighted(
    out: Writer, stage: list[Value], row: Value, weights: tuple[float, ...], total: Value | None = None
) -> Value:
    """The sum of a row of earlier stages with these weights, plus `total`."""
    for pointer, weight in zip(stage, weights, strict=False):
        term = out.mul(out.load(pointer, row), splat(weight))
        total = term if total is None else out.add(total, term)
    assert total is not None
    return total


def each_row(made: ir.Function, out: Writer, rows: int, body: Callable[[Value], None]) -> None:
    """A real loop over rows, so that code size and compile time do not grow with the model."""

    def visit(row: Value, totals: list[Value]) -> list[Value]:
        body(row)
        return totals

    sum_rows(made, out, rows, visit, 0)


def sum_rows(
    made: ir.Function, out: Writer, rows: int, body: Callable[[Value, list[Value]], list[Value]], count: int
) -> list[Value]:
    """The same loop with `count` running sums, which `body` is given and returns."""
    b, before = out.builder, out.builder.block
    loop = made.append_basic_block()
    b.branch(loop)
    b.position_at_end(loop)
    row = b.phi(INDEX)
    row.add_incoming(ir.Constant(INDEX, 0), before)
    totals = [b.phi(VECTOR) for _ in range(count)]
    for total in totals:
        total.add_incoming(splat(0.0), before)
    found = body(row, totals)
    following = b.add(row, ir.Constant(INDEX, 1))
    row.add_incoming(following, b.block)
    for total, value in zip(totals, found, strict=True):
        total.add_incoming(value, b.block)
    after = made.append_basic_block()
    b.cbranch(b.icmp_signed("<", following, ir.Constant(INDEX, rows)), loop, after)
    b.position_at_end(after)
    return list(found)


def _error(made: ir.Function, out: Writer, size: int, y: Value, u: Value, last: Value, control: Value) -> Value:
    rtol, atol = out.load(control, RTOL), out.load(control, ATOL)

    def squares(row: Value, totals: list[Value]) -> list[Value]:
        change, before = out.load(last, row), out.load(y, row)
        after = out.add(out.load(u, row), change)
        scale = out.add(atol, out.mul(rtol, out.largest(out.abs(before), out.abs(after))))
        ratio = out.div(change, scale)
        return [out.add(totals[0], out.mul(ratio, ratio))]

    (total,) = sum_rows(made, out, size, squares, 1)
    return out.mul(total, splat(1.0 / size))


def step_factor(out: Writer, error: Value) -> Value:
    """0.9 error^(-1/order), within [0.15, 20]; `error` is the squared norm."""
    module = out.builder.module
    bounded = out.select(out.compare(">", error, splat(1e-12)), error, splat(1e-12))
    log = out.builder.call(module.globals["vector_raw_ln"], [bounded])
    factor = out.mul(out.builder.call(module.globals["vector_exp"], [out.mul(log, splat(-0.5 / ORDER))]), splat(0.9))
    factor = out.select(out.compare("<", factor, splat(0.15)), splat(0.15), factor)
    return out.select(out.compare(">", factor, splat(20.0)), splat(20.0), factor)


def _dense(out: Writer, program: Program, y: Value, u: Value, stage: list[Value], dense: Value) -> None:
    for place, state in enumerate(program.layout.needed):
        row = ir.Constant(INDEX, state)
        out.store(out.load(y, row), dense, 5 * place)
        out.store(out.add(out.load(u, row), out.load(stage[-1], row)), dense, 5 * place + 1)
        for d, weights in enumerate(H):
            out.store(weighted(out, stage, row, weights), dense, 5 * place + 2 + d)


def if_wanted(made: ir.Function, out: Writer, want: Value, body: Callable[[], None]) -> None:
    """What `body` writes, run only when the integer `want` is not zero."""
    yes, after = made.append_basic_block(), made.append_basic_block()
    out.builder.cbranch(out.builder.icmp_signed("!=", want, ir.Constant(INT, 0)), yes, after)
    out.builder.position_at_end(yes)
    body()
    out.builder.branch(after)
    out.builder.position_at_end(after)


def add_residual(module: ir.Module, program: Program) -> ir.Function:
    """residual(matrix, k, f, y, control, diagonal): lanes where (diagonal*I - J) k = f was solved well enough."""
    made, out = begin(module, "residual", [POINTER] * 5 + [VECTOR], MASK)
    matrix, k, f, y, control, diagonal = made.args
    limit = out.mul(diagonal, splat(RESIDUAL_LIMIT))
    rtol, atol = out.mul(limit, out.load(control, RTOL)), out.mul(limit, out.load(control, ATOL))
    by_row: dict[int, list[tuple[int, int]]] = {}
    for place, (i, j) in enumerate(program.entries):
        by_row.setdefault(i, []).append((place, j))
    good: Value = ir.Constant(MASK, [1] * WIDTH)
    for i in range(program.layout.rows):
        rest = out.sub(out.mul(diagonal, out.load(k, i)), out.load(f, i))
        for place, j in by_row.get(i, []):
            rest = out.sub(rest, out.mul(out.load(matrix, place), out.load(k, j)))
        allowed = out.add(atol, out.mul(rtol, out.abs(out.load(y, i))))
        # in a very stiff row the two sides are large and cancel: their rounding is no fault of the elimination
        sides = out.add(out.abs(out.mul(diagonal, out.load(k, i))), out.abs(out.load(f, i)))
        allowed = out.add(allowed, out.mul(sides, splat(ROUNDING)))
        good = out.builder.and_(good, out.compare("<=", out.abs(rest), allowed))
    out.builder.ret(good)
    return made


def add_slopes(module: ir.Module, program: Program) -> None:
    """Define slopes(y, p, f) and slopes_and_matrix(y, p, f, matrix) from the model's graph.

    In straight-line code all the way: where exp, ln or pow met a rare argument, that lane is done again with care.
    """
    for name, targets in (("slopes", 1), ("slopes_and_matrix", 2)):
        made, out = begin(module, name, [POINTER] * (2 + targets))
        out.manner = "fast"
        for target, row, value in _slopes(program, out, made.args[: 2 + targets]):
            out.store(value, target, row)
        if out.usual is not None:
            again, after = made.append_basic_block(), made.append_basic_block()
            out.builder.cbranch(out.everyone(out.usual), after, again)
            out.builder.position_at_end(again)
            out.builder.call(_add_careful(module, program, f"{name}_again", targets), [*made.args, out.usual])
            out.builder.branch(after)
            out.builder.position_at_end(after)
        out.builder.ret_void()


def _add_careful(module: ir.Module, program: Program, name: str, targets: int) -> ir.Function:
    """The same with a last argument, the lanes whose results stay."""
    made, out = begin(module, name, [POINTER] * (2 + targets) + [MASK])
    made.attributes.add("cold")
    out.manner = "apart"
    for target, row, value in _slopes(program, out, made.args[: 2 + targets]):
        out.store(out.select(made.args[-1], out.load(target, row), value), target, row)
    out.builder.ret_void()
    return made


def _slopes(program: Program, out: Writer, pointers: Sequence[Value]) -> Iterator[tuple[Value, int, Value]]:
    """(pointer, row, value) of every slope and, where a pointer for it is given, of every matrix entry."""
    y, p, *targets = pointers
    wanted = (program.slopes, tuple(program.entries.values()))[: len(targets)]
    values = emit(program.graph, [node for nodes in wanted for node in nodes], out, loader(program, out, y, p))
    for target, nodes in zip(targets, wanted, strict=True):
        for row, node in enumerate(nodes):
            yield target, row, values[node]


def loader(program: Program, out: Writer, y: Value, p: Value, *, derived: bool = True) -> Callable[[int], Value | None]:
    """How a node is had without computing: a state row, a parameter row, or a derived row."""

    def load(node: int) -> Value | None:
        op, leaf = program.graph.nodes[node].op, program.graph.nodes[node].leaf
        if op == "state":
            return out.load(y, int(leaf or 0))
        if op in ("param", "switch"):
            return out.load(p, int(leaf or 0))
        return out.load(p, program.derived[node]) if derived and node in program.derived else None

    return load
