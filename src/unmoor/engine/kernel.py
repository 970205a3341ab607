"""A model as machine code: everything that depends on its equations, behind a handful of addresses."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unmoor.engine import machine
from unmoor.engine.layout import Layout, restored
from unmoor.model.model import Model

#: what a kernel offers the driver, in the order the driver expects the addresses
FUNCTIONS = ("step", "prepare", "start", "observe_state", "observe_dense", "first_step", "enter", "leave")


@dataclass(frozen=True)
class Kernel:
    """Compiled code of one model: its layout, the addresses of its functions, and how it came to be."""

    layout: Layout
    addresses: tuple[int, ...]
    code: machine.Code
    cached: bool


def build(model: Model, outputs: Sequence[str], infused: Sequence[str] = ()) -> Kernel:
    """The kernel of `model` for these outputs, from the cache when the same equations were compiled before."""
    return obtained(key(model, outputs, infused), lambda: _compile(model, outputs, infused))


def obtained(name: str, make: Callable[[], tuple[str, str]]) -> Kernel:
    """The kernel stored under `name`, else the one that `make` returns as LLVM text and its layout as JSON."""
    code = machine.obtain(name, make)
    layout = restored(json.loads(code.note))
    return Kernel(layout, tuple(code.address(name) for name in FUNCTIONS), code, code.cached)


def key(model: Model, outputs: Sequence[str], infused: Sequence[str]) -> str:
    """What the code of a kernel is stored under: its equations, the engine's own source and the processor."""
    equations = (
        [(name, repr(model.rates[name])) for name in model.states],
        sorted((name, repr(expression)) for name, expression in model.assignments.items()),
        sorted((name, repr(expression)) for name, expression in model.initial.items()),
        list(model.constants),
        list(model.switches),
        list(model.steady),
        list(outputs),
        list(infused),
    )
    return hashlib.sha256(f"{source_hash()} {machine.target_name()} {equations}".encode()).hexdigest()


@functools.cache
def source_hash() -> str:
    """Hash of the engine's own source, so that a changed engine never runs yesterday's code."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _compile(model: Model, outputs: Sequence[str], infused: Sequence[str]) -> tuple[str, str]:
    """The LLVM text of a kernel and its note; the graph and the IR builder are imported only here."""
    from unmoor.engine.kernel_ir import module_text
    from unmoor.engine.layout import program

    laid_out = program(model, outputs, infused)
    return module_text(laid_out), json.dumps(dataclasses.asdict(laid_out.layout))
