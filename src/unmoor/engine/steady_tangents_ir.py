"""Vector code of the derivatives of a balance by its states and by parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence

import llvmlite.ir as ir

from unmoor.engine.balance import balance
from unmoor.engine.derivative import jacobian
from unmoor.engine.rosenbrock import loader
from unmoor.engine.vector_ir import POINTER, begin, emit
from unmoor.engine.vector_math import add_vector_math
from unmoor.model.model import Model


def compiled(model: Model, held: Sequence[str], parameters: Sequence[str]) -> tuple[str, str]:
    """LLVM text of evaluate(y, p, out), and as JSON what the rows of `out` are.

    They are the entries (state, state) of the Jacobian, then (state, parameter) of df/dp and of the first guess.
    """
    laid_out = balance(model, held)
    graph, layout = laid_out.graph, laid_out.layout
    given = [*layout.constants, *layout.switches, *held]
    columns = {given.index(name): j for j, name in enumerate(parameters)}
    entries: dict[str, dict[tuple[int, int], int]] = {"jacobian": dict(laid_out.entries)}
    for name, roots in (("by", laid_out.slopes), ("guess", laid_out.start)):
        rows = jacobian(graph, roots, "param", columns.keys())
        entries[name] = {(i, columns[row]): node for i, by in enumerate(rows) for row, node in by.items()}
    nodes = [node for table in entries.values() for node in table.values()]
    module = ir.Module("balance tangents")
    add_vector_math(module)
    made, out = begin(module, "evaluate", [POINTER] * 3, export=True)
    y, p, target = made.args
    values = emit(graph, nodes, out, loader(laid_out, out, y, p, derived=False))
    for row, node in enumerate(nodes):
        out.store(values[node], target, row)
    out.builder.ret_void()
    return str(module), json.dumps({name: list(table) for name, table in entries.items()})
