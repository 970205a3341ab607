"""Graph nodes as LLVM vector instructions: one vector holds one number of WIDTH patients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import llvmlite.ir as ir

from unmoor.engine.graph import COMPARISONS, Graph

#: patients a vector holds; 8 doubles fill one AVX-512 register, two AVX2 or four NEON ones
WIDTH = 8

DOUBLE, INT, INDEX = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
VECTOR, INTS = ir.VectorType(DOUBLE, WIDTH), ir.VectorType(INT, WIDTH)
MASK = ir.VectorType(ir.IntType(1), WIDTH)
POINTER = ir.PointerType()
#: fused multiply-adds are allowed and the sign of zero is free; nan and inf keep their meaning
FREE = ("contract", "nsz")
_PREDICATE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_LIBM = frozenset("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split())

#: an LLVM value; llvmlite carries no types
Value = Any


@functools.lru_cache(maxsize=4096)
def splat(value: float) -> ir.Constant:
    """The vector with `value` in every lane."""
    return ir.Constant(VECTOR, [float(value)] * WIDTH)


@functools.lru_cache(maxsize=256)
def splat_int(value: int) -> ir.Constant:
    """The vector of 64-bit integers with `value` in every lane."""
    return ir.Constant(INTS, [value] * WIDTH)


@dataclass
class Writer:
    """Writes vector instructions into one function; rows are vectors stored one after another behind a pointer."""

    builder: ir.IRBuilder
    #: how exp, ln and pow deal with rare arguments: "vector" where they stand, "apart" out of line, "fast" not at all
    manner: str = "vector"
    #: with "fast": the lanes in which all of them were right so far; None when there were none
    usual: Value | None = None
    _rows: dict[tuple[int, int], Value] = field(default_factory=dict)

    def load(self, pointer: Value, row: int | Value) -> Value:
        """The vector at `row` behind `pointer`."""
        found = self.builder.load(self.place(pointer, row), typ=VECTOR)
        found.align = 64
        return found

    def store(self, value: Value, pointer: Value, row: int | Value) -> None:
        """Put `value` at `row` behind `pointer`."""
        self.builder.store(value, self.place(pointer, row)).align = 64

    def place(self, pointer: Value, row: int | Value) -> Value:
        """The address of `row` behind `pointer`."""
        index = ir.Constant(INDEX, row) if isinstance(row, int) else row
        return self.builder.gep(pointer, [index], source_etype=VECTOR)

    def add(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self.builder.fadd(a, b, flags=FREE)

    def sub(self, a: Value, b: Value) -> Value:
        """a - b."""
        return self.builder.fsub(a, b, flags=FREE)

    def mul(self, a: Value, b: Value) -> Value:
        """a b."""
        return self.builder.fmul(a, b, flags=FREE)

    def div(self, a: Value, b: Value) -> Value:
        """a / b."""
        return self.builder.fdiv(a, b, flags=("nsz",))

    def abs(self, a: Value) -> Value:
        """|a|."""
        return self.builder.call(function(self.builder.module, "llvm.fabs.v8f64", VECTOR, [VECTOR]), [a])

    def sqrt(self, a: Value) -> Value:
        """The square root of a."""
        return self.builder.call(function(self.builder.module, "llvm.sqrt.v8f64", VECTOR, [VECTOR]), [a])

    def compare(self, predicate: str, a: Value, b: Value) -> Value:
        """The mask of lanes where `a predicate b`; false where either is nan, except for '!='."""
        if predicate == "!=":
            return self.builder.fcmp_unordered(predicate, a, b)
        return self.builder.fcmp_ordered(predicate, a, b)

    def select(self, mask: Value, a: Value, b: Value) -> Value:
        """a where the mask holds, else b."""
        return self.builder.select(mask, a, b)

    def everyone(self, mask: Value) -> Value:
        """Whether the mask holds in all lanes."""
        reduce = function(self.builder.module, "llvm.vector.reduce.and.v8i1", ir.IntType(1), [MASK])
        return self.builder.call(reduce, [mask])

    def largest(self, a: Value, b: Value) -> Value:
        """The larger of two, nan when b is nan."""
        return self.select(self.compare(">", a, b), a, b)


@dataclass
class OneLane(Writer):
    """Reads one lane of every row, so that a vector holds one patient at WIDTH times instead of WIDTH patients."""

    lane: Value = None

    def load(self, pointer: Value, row: int | Value) -> Value:
        """The lane's number at `row` behind `pointer`, in every place of the vector."""
        b = self.builder
        place = b.gep(self.place(pointer, row), [self.lane], source_etype=DOUBLE)
        return spread(b, b.load(place, typ=DOUBLE))

    def load_some(self, pointer: Value, mask: Value, otherwise: Value) -> Value:
        """The numbers that lie one after another behind `pointer`, read only where the mask holds."""
        kinds = [POINTER, INDEX, MASK, VECTOR]
        masked = function(self.builder.module, "llvm.masked.load.v8f64.p0", VECTOR, kinds)
        return self.builder.call(masked, [pointer, ir.Constant(INDEX, 8), mask, otherwise])

    def store_some(self, value: Value, pointer: Value, mask: Value) -> None:
        """Put numbers one after another behind `pointer` where the mask holds."""
        kinds = [VECTOR, POINTER, INDEX, MASK]
        masked = function(self.builder.module, "llvm.masked.store.v8f64.p0", ir.VoidType(), kinds)
        self.builder.call(masked, [value, pointer, ir.Constant(INDEX, 8), mask])


def spread(builder: ir.IRBuilder, one: Value) -> Value:
    """The vector with a number in every lane."""
    blank = ir.Constant(ir.VectorType(one.type, WIDTH), ir.Undefined)
    first = builder.insert_element(blank, one, ir.Constant(INDEX, 0))
    return builder.shuffle_vector(first, blank, ir.Constant(ir.VectorType(INDEX, WIDTH), [0] * WIDTH))


def function(module: ir.Module, name: str, returns: ir.Type, args: list[ir.Type]) -> ir.Function:
    """The function of this name in the module, declared when it is not there yet."""
    found = module.globals.get(name)
    return found or ir.Function(module, ir.FunctionType(returns, args), name)


def begin(
    module: ir.Module, name: str, args: list[ir.Type], returns: ir.Type | None = None, *, export: bool = False
) -> tuple[ir.Function, Writer]:
    """A new function with its Writer; pointers never overlap, internal functions stay out of line."""
    made = function(module, name, returns or ir.VoidType(), args)
    if not export:
        made.linkage = "internal"
        made.attributes.add("noinline")
    for arg in made.args:
        if arg.type == POINTER:
            arg.add_attribute("noalias")
    return made, Writer(ir.IRBuilder(made.append_basic_block()))


def emit(graph: Graph, roots: Iterable[int], out: Writer, load: Callable[[int], Value | None]) -> dict[int, Value]:
    """Write all nodes that `roots` need; `load` gives the value of a node that is already at hand, else None."""
    values: dict[int, Value] = {}
    missing: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in values or node in missing:
            continue
        at_hand = load(node)
        if at_hand is not None:
            values[node] = at_hand
            continue
        missing.add(node)
        stack.extend(graph.nodes[node].args)
    for node in sorted(missing):
        op, args = graph.nodes[node].op, [values[arg] for arg in graph.nodes[node].args]
        values[node] = splat(float(graph.nodes[node].leaf or 0.0)) if op == "number" else _write(out, op, args)
    return values


def _write(out: Writer, op: str, args: list[Value]) -> Value:
    module, builder = out.builder.module, out.builder
    if op in ("add", "sub", "mul"):
        return getattr(out, op)(*args)
    if op == "quotient":
        return out.div(*args)
    if op == "recip":
        return out.div(splat(1.0), args[0])
    if op == "neg":
        return builder.fneg(args[0])
    if op == "select":
        return out.select(*args)
    if op in COMPARISONS:
        return out.compare(_PREDICATE[op], *args)
    if op == "not":
        return builder.not_(args[0])
    if op in ("and", "or"):
        return builder.and_(*args) if op == "and" else builder.or_(*args)
    if op in ("sqrt", "abs"):
        return getattr(out, op)(args[0])
    if op in ("floor", "ceil"):
        return builder.call(function(module, f"llvm.{op}.v8f64", VECTOR, [VECTOR]), args)
    if op == "raw_ln":
        return builder.call(module.globals["vector_raw_ln"], args)
    if op in ("exp", "ln", "pow"):
        if out.manner == "fast":
            usual = builder.call(module.globals[f"usual_{op}"], args)
            out.usual = usual if out.usual is None else builder.and_(out.usual, usual)
        return builder.call(module.globals[f"{out.manner}_{op}"], args)
    if op in _LIBM:
        return _by_lane(out, op, args[0])
    raise AssertionError(f"no instruction for '{op}'")


def _by_lane(out: Writer, op: str, x: Value) -> Value:
    """A rare function, lane by lane through the C library that the process has loaded anyway."""
    scalar = function(out.builder.module, op, DOUBLE, [DOUBLE])
    found: Value = splat(0.0)
    for lane in range(WIDTH):
        place = ir.Constant(INDEX, lane)
        one = out.builder.call(scalar, [out.builder.extract_element(x, place)])
        found = out.builder.insert_element(found, one, place)
    return found
