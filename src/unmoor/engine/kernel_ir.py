"""The LLVM text of one model's kernel: slopes, step, preparation, start values, outputs, floating-point mode."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence

import llvmlite.ir as ir

from unmoor.engine.layout import Program
from unmoor.engine.rosenbrock import STEP, TIME, add_first_step, add_slopes, add_step, loader
from unmoor.engine.vector_ir import (
    DOUBLE,
    INDEX,
    INT,
    INTS,
    POINTER,
    WIDTH,
    OneLane,
    Value,
    Writer,
    begin,
    emit,
    splat,
    spread,
)
from unmoor.engine.vector_math import add_vector_math

#: flush-to-zero and denormals-are-zero bits of the x86 control register
_FLUSH = 0x8040


def module_text(program: Program) -> str:
    """All functions of the kernel as LLVM text."""
    module = ir.Module("kernel")
    add_vector_math(module)
    add_slopes(module, program)
    add_step(module, program)
    add_first_step(module, program)
    add_prepare(module, program)
    add_start(module, program)
    _add_observers(module, program)
    _add_curves(module, program)
    add_floating_point_mode(module)
    return str(module)


def add_prepare(module: ir.Module, program: Program) -> None:
    """prepare(p): fill the derived rows from the constants."""
    made, out = begin(module, "prepare", [POINTER], export=True)
    values = emit(program.graph, program.derived, out, loader(program, out, made.args[0], made.args[0], derived=False))
    for node, row in program.derived.items():
        out.store(values[node], made.args[0], row)
    out.builder.ret_void()


def add_start(module: ir.Module, program: Program) -> None:
    """start(p, y): initial states from the parameters."""
    made, out = begin(module, "start", [POINTER, POINTER], export=True)
    p, y = made.args
    values = emit(program.graph, program.start, out, loader(program, out, y, p, derived=False))
    for row, node in enumerate(program.start):
        out.store(values[node], y, row)
    out.builder.ret_void()


def _add_observers(module: ir.Module, program: Program) -> None:
    """observe_state(y, p, control, out): the outputs now, of all lanes."""
    made, out = begin(module, "observe_state", [POINTER] * 4, export=True)
    y, p, _, target = made.args
    _store_all(program.outputs, emit(program.graph, program.outputs, out, loader(program, out, y, p)), out, target)


def _add_curves(module: ir.Module, program: Program) -> None:
    def see(_: ir.Function, out: OneLane, theta: Value, dense: Value, p: Value) -> list[Value]:
        values = emit(program.graph, program.outputs, out, _interpolated(program, out, dense, theta, p))
        return [values[node] for node in program.outputs]

    add_dense_observer(module, see)


def add_dense_observer(
    module: ir.Module, see: Callable[[ir.Function, OneLane, Value, Value, Value], list[Value]]
) -> None:
    """observe_dense(dense, p, control, times, curve, lane, count, stride): one lane's outputs at times inside its step.

    Several times side by side: `times` points to `count` of them, `curve` to the first output's place for the first
    one, and the next output lies `stride` numbers on. `see` writes the outputs at the shares of the step it is given.
    """
    made, plain = begin(module, "observe_dense", [POINTER] * 5 + [INT] * 3, export=True)
    dense, p, control, times, curve, lane, count, stride = made.args
    b, before = plain.builder, plain.builder.block
    out = OneLane(b, lane=lane)
    loop, after = made.append_basic_block(), made.append_basic_block()
    b.branch(loop)
    b.position_at_end(loop)
    first = b.phi(INT)
    first.add_incoming(ir.Constant(INT, 0), before)
    wanted = b.icmp_signed("<", ir.Constant(INTS, list(range(WIDTH))), spread(b, b.sub(count, first)))
    start = out.load(control, TIME)
    now = out.load_some(b.gep(times, [first], source_etype=DOUBLE), wanted, start)
    theta = out.div(out.sub(now, start), out.load(control, STEP))
    for place, value in enumerate(see(made, out, theta, dense, p)):
        offset = b.add(first, b.mul(stride, ir.Constant(INT, place)))
        out.store_some(value, b.gep(curve, [offset], source_etype=DOUBLE), wanted)
    following = b.add(first, ir.Constant(INT, WIDTH))
    first.add_incoming(following, b.block)
    b.cbranch(b.icmp_signed("<", following, count), loop, after)
    b.position_at_end(after)
    b.ret_void()


def _interpolated(program: Program, out: Writer, dense: Value, theta: Value, p: Value) -> Callable[[int], Value | None]:
    """States come from the dense output at `theta`, everything else as at hand."""
    place = {state: k for k, state in enumerate(program.layout.needed)}
    rest = out.sub(splat(1.0), theta)
    at_hand = loader(program, out, dense, p)

    def load(node: int) -> Value | None:
        found = program.graph.nodes[node]
        if found.op != "state":
            return at_hand(node)
        y0, y1, d0, d1, d2 = (out.load(dense, 5 * place[int(found.leaf or 0)] + k) for k in range(5))
        inner = out.add(d0, out.mul(theta, out.add(d1, out.mul(theta, d2))))
        return out.add(out.mul(rest, y0), out.mul(theta, out.add(y1, out.mul(rest, inner))))

    return load


def _store_all(nodes: Sequence[int], values: dict[int, Value], out: Writer, target: Value) -> None:
    for row, node in enumerate(nodes):
        out.store(values[node], target, row)
    out.builder.ret_void()


def add_floating_point_mode(module: ir.Module) -> None:
    """enter(box) and leave(box): flush denormals to zero while a kernel runs (they cost 100 cycles each)."""
    word = ir.IntType(32)
    for name in ("enter", "leave"):
        made, out = begin(module, name, [POINTER], export=True)
        if platform.machine().lower() in ("x86_64", "amd64"):
            if name == "enter":
                _control_register(module, out, "st", made.args[0])
                scratch = out.builder.gep(made.args[0], [ir.Constant(INDEX, 1)], source_etype=word)
                saved = out.builder.load(made.args[0], typ=word)
                out.builder.store(out.builder.or_(saved, ir.Constant(word, _FLUSH)), scratch)
                _control_register(module, out, "ld", scratch)
            else:
                _control_register(module, out, "ld", made.args[0])
        out.builder.ret_void()


def _control_register(module: ir.Module, out: Writer, which: str, box: Value) -> None:
    name = f"llvm.x86.sse.{which}mxcsr"
    declared = module.globals.get(name) or ir.Function(module, ir.FunctionType(ir.VoidType(), [POINTER]), name)
    out.builder.call(declared, [box])
