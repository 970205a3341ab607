"""Vector code of forward sensitivities: a kernel with the functions of the plain one, over blocks of tangents too."""

from __future__ import annotations

from collections.abc import Callable

import llvmlite.ir as ir

from unmoor.engine.kernel_ir import add_dense_observer, add_floating_point_mode, add_prepare
from unmoor.engine.rosenbrock import add_first_step, each_row, loader
from unmoor.engine.tangent_program import TangentProgram
from unmoor.engine.tangent_step import add_tangent_step
from unmoor.engine.vector_ir import INDEX, POINTER, VECTOR, OneLane, Value, Writer, begin, emit, splat
from unmoor.engine.vector_math import add_vector_math


def module_text(tangents: TangentProgram) -> str:
    """All functions of the kernel as LLVM text, with the names and arguments of the plain kernel."""
    module = ir.Module("tangents")
    add_vector_math(module)
    _add_slopes(module, tangents)
    add_tangent_step(module, tangents)
    add_first_step(module, tangents.whole)
    add_prepare(module, tangents.base)
    _add_start(module, tangents)
    _add_observers(module, tangents)
    add_floating_point_mode(module)
    return str(module)


def _block(tangents: TangentProgram, out: Writer, pointer: Value, j: Value | None = None) -> Value:
    """Where the tangents of parameter `j` begin, or the states when none is named."""
    size = tangents.base.layout.rows
    if j is None:
        return out.place(pointer, size * len(tangents.parameters))
    return out.place(pointer, out.builder.mul(j, ir.Constant(INDEX, size)))


def _each_parameter(made: ir.Function, tangents: TangentProgram, out: Writer, body: Callable[[Value], None]) -> None:
    each_row(made, out, len(tangents.parameters), body)


def _dot(out: Writer, terms: list[tuple[Value, Value]]) -> Value:
    total: Value = splat(0.0)
    for k, (a, b) in enumerate(terms):
        total = out.mul(a, b) if k == 0 else out.add(total, out.mul(a, b))
    return total


def _add_slopes(module: ir.Module, tangents: TangentProgram) -> None:
    """slopes(y, p, f): rates of the states and of all tangents, for the guess of a first step."""
    base = tangents.base
    made, out = begin(module, "slopes", [POINTER] * 3)
    y, p, f = made.args
    wanted = [*base.slopes, *base.entries.values(), *tangents.slope_by.values()]
    values = emit(base.graph, wanted, out, loader(base, out, _block(tangents, out, y), p))
    states = _block(tangents, out, f)
    for row, node in enumerate(base.slopes):
        out.store(values[node], states, row)

    def move(j: Value) -> None:
        s, target = _block(tangents, out, y, j), _block(tangents, out, f, j)
        at = [out.load(s, row) for row in range(base.layout.rows)]
        for row, terms in enumerate(tangents.rows):
            out.store(_dot(out, [(values[node], at[column]) for column, node in terms]), target, row)

    _each_parameter(made, tangents, out, move)
    for (i, j), node in tangents.slope_by.items():
        _increase(out, f, j * base.layout.rows + i, values[node])
    out.builder.ret_void()


def _increase(out: Writer, pointer: Value, row: int, value: Value) -> None:
    out.store(out.add(out.load(pointer, row), value), pointer, row)


def _add_start(module: ir.Module, tangents: TangentProgram) -> None:
    """start(p, y): initial states and their tangents from the parameters."""
    made, out = begin(module, "start", [POINTER, POINTER], export=True)
    p, y = made.args
    base = tangents.base
    wanted = [*base.start, *tangents.start_by.values()]
    values = emit(base.graph, wanted, out, loader(base, out, y, p, derived=False))
    if tangents.parameters:
        count = base.layout.rows * len(tangents.parameters)
        each_row(made, out, count, lambda row: out.store(splat(0.0), y, row))
    for row, node in enumerate(base.start):
        out.store(values[node], _block(tangents, out, y), row)
    for (i, j), node in tangents.start_by.items():
        out.store(values[node], y, j * base.layout.rows + i)
    out.builder.ret_void()


def _add_observers(module: ir.Module, tangents: TangentProgram) -> None:
    """observe_state(y, p, control, out) and observe_dense (kernel_ir), tangents of outputs included."""
    made, plain = begin(module, "observe_state", [POINTER] * 4, export=True)
    y, p, _, target = made.args
    _observe(made, plain, tangents, y, p, target)
    plain.builder.ret_void()
    base = tangents.base
    given = len(tangents.layout.given) + tangents.layout.derived
    outputs = len(base.outputs) * (len(tangents.parameters) + 1)

    def see(made: ir.Function, out: OneLane, theta: Value, dense: Value, p: Value) -> list[Value]:
        plain = Writer(out.builder)
        seen, rows_of_p, target = (_room(plain, size) for size in (tangents.layout.rows, given, outputs))
        _interpolate(made, out, tangents.layout.rows, dense, theta, seen)
        if given:
            each_row(made, out, given, lambda row: out.store(out.load(p, row), rows_of_p, row))
        _observe(made, plain, tangents, seen, rows_of_p, target)
        return [plain.load(target, row) for row in range(outputs)]

    add_dense_observer(module, see)


def _room(out: Writer, rows: int) -> Value:
    """Room for so many vectors that lives as long as the function."""
    with out.builder.goto_entry_block():
        found = out.builder.alloca(VECTOR, size=ir.Constant(INDEX, max(rows, 1)))
    found.align = 64
    return found


def _interpolate(made: ir.Function, out: Writer, rows: int, dense: Value, theta: Value, seen: Value) -> None:
    rest = out.sub(splat(1.0), theta)

    def at(row: Value) -> None:
        first = out.builder.mul(row, ir.Constant(INDEX, 5))
        y0, y1, d0, d1, d2 = (out.load(dense, out.builder.add(first, ir.Constant(INDEX, k))) for k in range(5))
        inner = out.add(d0, out.mul(theta, out.add(d1, out.mul(theta, d2))))
        out.store(out.add(out.mul(rest, y0), out.mul(theta, out.add(y1, out.mul(rest, inner)))), seen, row)

    each_row(made, out, rows, at)


def _observe(made: ir.Function, out: Writer, tangents: TangentProgram, y: Value, p: Value, target: Value) -> None:
    base, count = tangents.base, len(tangents.base.outputs)
    wanted = [*base.outputs, *tangents.output_by_state.values(), *tangents.output_by.values()]
    values = emit(base.graph, wanted, out, loader(base, out, _block(tangents, out, y), p))
    for row, node in enumerate(base.outputs):
        out.store(values[node], target, row)
    by_output: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for (o, k), node in tangents.output_by_state.items():
        by_output[o].append((k, node))

    def see(j: Value) -> None:
        s = _block(tangents, out, y, j)
        following = out.builder.mul(out.builder.add(j, ir.Constant(INDEX, 1)), ir.Constant(INDEX, count))
        mine = out.place(target, following)
        for o, terms in enumerate(by_output):
            out.store(_dot(out, [(values[node], out.load(s, k)) for k, node in terms]), mine, o)

    _each_parameter(made, tangents, out, see)
    for (o, j), node in tangents.output_by.items():
        _increase(out, target, (1 + j) * count + o, values[node])
