"""The LLVM text of one model's kernel: slopes, step, preparation, start values, outputs, floating-point mode."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence

import llvmlite.ir as ir

from unmoor.engine.layout import Program
from unmoor.engine.rosenbrock import THETA, add_first_step, add_slopes, add_step, loader
from unmoor.engine.vector_ir import INDEX, POINTER, Value, Writer, begin, emit, splat
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
    """observe_state(y, p, control, out) and observe_dense(dense, p, control, out): the outputs now, or at THETA."""
    for name in ("observe_state", "observe_dense"):
        made, out = begin(module, name, [POINTER] * 4, export=True)
        source, p, control, target = made.args
        at_hand = loader(program, out, source, p)
        load = at_hand if name == "observe_state" else _interpolated(program, out, source, control, at_hand)
        _store_all(program.outputs, emit(program.graph, program.outputs, out, load), out, target)


def _interpolated(
    program: Program, out: Writer, dense: Value, control: Value, at_hand: Callable[[int], Value | None]
) -> Callable[[int], Value | None]:
    """States come from the dense output at THETA, everything else as at hand."""
    place = {state: k for k, state in enumerate(program.layout.needed)}
    theta = out.load(control, THETA)
    rest = out.sub(splat(1.0), theta)

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
