"""Factors and solutions of diagonal*I - J as straight-line vector code, by the plan of `sparse_lu`."""

from __future__ import annotations

import llvmlite.ir as ir

from unmoor.engine.layout import Program
from unmoor.engine.vector_ir import POINTER, VECTOR, Value, begin, splat


def add_factor(module: ir.Module, program: Program) -> ir.Function:
    """factor(matrix, factors, diagonal): LU of diagonal*I - J, pivots stored inverted, no pivoting."""
    made, out = begin(module, "factor", [POINTER, POINTER, VECTOR])
    matrix, factors, diagonal = made.args
    slots = program.plan.slots
    m: dict[tuple[int, int], Value] = {}
    for place, entry in enumerate(program.entries):
        m[entry] = out.builder.fneg(out.load(matrix, place))
    for i in range(program.layout.rows):
        m[i, i] = out.add(m[i, i], diagonal) if (i, i) in m else diagonal
    for k in program.plan.pivots:
        m[k, k] = out.div(splat(1.0), m[k, k])
        for i in program.plan.below[k]:
            m[i, k] = out.mul(m[i, k], m[k, k])
            for j in program.plan.right[k]:
                product = out.mul(m[i, k], m[k, j])
                m[i, j] = out.sub(m[i, j], product) if (i, j) in m else out.builder.fneg(product)
    for entry, slot in slots.items():
        out.store(m[entry], factors, slot)
    out.builder.ret_void()
    return made


def add_solve(module: ir.Module, program: Program, *, two_parts: bool = False) -> ir.Function:
    """solve(factors, x): x becomes the solution for right-hand side x.

    With `two_parts`, solve(factors, right, extra, scale, x): for right-hand side right + scale * extra.
    """
    kinds = [POINTER, POINTER, VECTOR, POINTER] if two_parts else [POINTER]
    made, out = begin(module, "solve", [POINTER, *kinds])
    factors, *given, target = made.args
    slots = program.plan.slots
    x = [out.load(given[0] if two_parts else target, i) for i in range(program.layout.rows)]
    if two_parts:
        x = [out.add(first, out.mul(given[2], out.load(given[1], i))) for i, first in enumerate(x)]
    for k in program.plan.pivots:
        for i in program.plan.below[k]:
            x[i] = out.sub(x[i], out.mul(out.load(factors, slots[i, k]), x[k]))
    for k in reversed(program.plan.pivots):
        for j in program.plan.right[k]:
            x[k] = out.sub(x[k], out.mul(out.load(factors, slots[k, j]), x[j]))
        x[k] = out.mul(x[k], out.load(factors, slots[k, k]))
        out.store(x[k], target, k)
    out.builder.ret_void()
    return made
