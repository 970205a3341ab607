"""Small models written as text, and compiled vector code called on plain arrays."""

from __future__ import annotations

import ast
import ctypes
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import llvmlite.ir as ir
import numpy as np
import pytest

from unmoor.engine import machine
from unmoor.engine.graph import Graph
from unmoor.model.expression import OPERATIONS, Call, Expression, Number, Symbol
from unmoor.model.model import Model

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_RELATION = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}


def _tree(node: ast.expr) -> Expression:
    match node:
        case ast.Constant(value=value):
            return Number(float(value))
        case ast.Name(id=name):
            return Symbol(name)
        case ast.BinOp(left=left, op=op, right=right):
            return Call(_BINARY[type(op)], (_tree(left), _tree(right)))
        case ast.UnaryOp(op=op, operand=operand):
            return Call("neg" if isinstance(op, ast.USub) else "not", (_tree(operand),))
        case ast.BoolOp(op=op, values=values):
            return Call("and" if isinstance(op, ast.And) else "or", tuple(map(_tree, values)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Call(_RELATION[type(op)], (_tree(left), _tree(right)))
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return Call("piecewise", (_tree(body), _tree(test), _tree(otherwise)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return Call(name, tuple(map(_tree, args)))
    raise AssertionError(f"not an expression: {ast.dump(node)}")


def read(text: str | float) -> Expression:
    """The expression that a formula in Python's spelling stands for; any other function name becomes an operation."""
    return _tree(ast.parse(str(text), mode="eval").body)


def written(
    rates: Mapping[str, str | float],
    *,
    initial: Mapping[str, str | float] | None = None,
    constants: Mapping[str, float] | None = None,
    assignments: Mapping[str, str] | None = None,
    switches: Iterable[str] = (),
    outputs: Iterable[str] | None = None,
    name: str = "written",
    **rest: Any,
) -> Model:
    """A model from formulas; states start at 0 where `initial` is silent, and are the outputs if none are named."""
    start = {**dict.fromkeys(rates, 0.0), **(initial or {})}
    parts: dict[str, Any] = {key: {} for key in ("factors", "units", "rows", "instances", "drugs", "aliases")}
    return Model(
        name=name,
        states=tuple(rates),
        rates={state: read(text) for state, text in rates.items()},
        assignments={symbol: read(text) for symbol, text in (assignments or {}).items()},
        initial={symbol: read(text) for symbol, text in start.items()},
        constants=dict(constants or {}),
        switches=tuple(switches),
        outputs=tuple(rates if outputs is None else outputs),
        **{"sbml": "", **parts, **rest},
    )


def compiled(source: str | Callable[[ir.Module], None], name: str = "f") -> Callable[..., None]:
    """Function `name` of LLVM text, or of the module `source` fills; call it with arrays (addresses) or integers."""
    text = source if isinstance(source, str) else _filled(source)
    engine = _loaded(text)
    address = engine.get_function_address(name)

    def run(*args: np.ndarray | int) -> None:
        kinds = [ctypes.c_void_p if isinstance(arg, np.ndarray) else ctypes.c_int64 for arg in args]
        values = [arg.ctypes.data if isinstance(arg, np.ndarray) else arg for arg in args]
        ctypes.CFUNCTYPE(None, *kinds)(address)(*values)

    return run


def _filled(define: Callable[[ir.Module], None]) -> str:
    module = ir.Module("test")
    define(module)
    return str(module)


@functools.cache
def _loaded(text: str) -> Any:
    return machine._load(machine.compile_text(text))


@pytest.fixture(scope="session")
def tree() -> Callable[[str | float], Expression]:
    return read


@pytest.fixture(scope="session")
def model() -> Callable[..., Model]:
    return written


@pytest.fixture(scope="session")
def vector_code() -> Callable[..., Callable[..., None]]:
    return compiled


def worked_out(graph: Graph, root: int, leaves: Mapping[tuple[str, float], Any]) -> Any:
    """The value of a graph's node in plain NumPy (complex numbers too); `leaves` maps (kind, row) to numbers."""
    found: dict[int, Any] = {}
    for node in graph.reached([root]):
        op, args, leaf = graph.nodes[node].op, [found[a] for a in graph.nodes[node].args], graph.nodes[node].leaf
        if op == "number":
            found[node] = np.float64(leaf)
        elif op in _LEAVES:
            found[node] = leaves[op, leaf]
        elif op == "select":
            found[node] = args[1] if args[0] else args[2]
        elif op == "pow":
            found[node] = args[0] ** args[1]
        elif op == "recip":
            found[node] = 1.0 / args[0]
        elif op == "quotient":
            found[node] = args[0] / args[1]
        elif op == "raw_ln":
            found[node] = np.log(args[0])
        elif op in ("lt", "le", "gt", "ge", "eq", "ne"):
            found[node] = bool(OPERATIONS[op](*(np.real(a) for a in args)))
        elif op in ("and", "or", "not"):
            found[node] = bool(OPERATIONS[op](*args))
        else:
            found[node] = OPERATIONS[op](*args)
    return found[root]


_LEAVES = ("state", "param", "switch")


@pytest.fixture(scope="session")
def value_of() -> Callable[..., Any]:
    return worked_out
