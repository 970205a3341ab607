"""Derivatives of steady starts by parameters, from the implicit function theorem: J dx/dp = -df/dp.

Where a model conserves sums its Jacobian is singular; what the sums are comes from the first guess, and so does their
derivative.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from unmoor.engine import kernel, machine
from unmoor.engine.ensemble import Floats, aligned
from unmoor.engine.vector_ir import WIDTH
from unmoor.model.model import Model

#: a direction counts as conserved when it changes the balanced equations less than this
CONSERVED = 1e-9


def steady_tangents(model: Model, rows: Floats, given: Mapping[str, Floats], parameters: Sequence[str]) -> Floats:
    """d x / d p, shape (patient, state of `model.steady`, parameter), internal units.

    `rows` (patient, parameter row) holds constants, switches, then the solved starts; `given` maps states to the values
    (patient,) that patients bring. A state given, or whose initial value is a parameter, is held.
    """
    held = tuple(name for name in model.states if name in given or name in parameters)
    unknown = [name for name in model.steady if name not in held]
    found = np.zeros((len(rows), len(model.steady), len(parameters)))
    for j, parameter in enumerate(parameters):
        if parameter in model.steady:
            found[:, model.steady.index(parameter), j] = 1.0
    if not unknown:
        return found
    plain = len(model.constants)
    starts = {name: rows[:, plain + k] for k, name in enumerate(model.steady)}
    brought = [np.broadcast_to(given.get(name, np.nan), len(rows)) for name in held]
    x = np.stack([starts[name] for name in unknown], axis=1)
    jacobian, by, guess = _evaluated(model, held, tuple(parameters), np.column_stack([rows[:, :plain], *brought]), x)
    well = np.isfinite(x).all(axis=1)
    places = [model.steady.index(name) for name in unknown]
    solved = np.full((len(rows), len(unknown), len(parameters)), np.nan)
    solved[well] = _solved(jacobian[well], by[well], guess[well], x[well])
    found[:, places] = solved
    return found


def _solved(jacobian: Floats, by: Floats, guess: Floats, x: Floats) -> Floats:
    """dx/dp from J, df/dp and, for what is conserved, the derivative of the guess; each has patients first."""
    size = np.where(x == 0.0, 1.0, np.abs(x))
    level = np.abs(jacobian * size[:, None, :]).max(axis=2)
    level = np.where(level > 0.0, level, 1.0)
    scaled = jacobian * size[:, None, :] / level[:, :, None]
    left, strength, _ = np.linalg.svd(scaled)
    null = left * (strength <= CONSERVED * np.maximum(strength.max(axis=1, keepdims=True), 1e-300))[:, None, :]
    # each conserved sum is an equation: what it is in the guess, in place of one that says nothing
    sums = null / level[:, :, None]
    whole = scaled + np.einsum("pik,pjk->pij", null, sums * size[:, :, None])
    right = -by / level[:, :, None] + np.einsum("pik,pjk,pjm->pim", null, sums, guess)
    return np.linalg.solve(whole, right) * size[:, :, None]


def _evaluated(
    model: Model, held: tuple[str, ...], parameters: tuple[str, ...], given: Floats, x: Floats
) -> tuple[Floats, Floats, Floats]:
    """Jacobian (patient, state, state), df/dp and dguess/dp (patient, state, parameter) of the balance at `x`."""

    def made() -> tuple[str, str]:
        from unmoor.engine.steady_tangents_ir import compiled

        return compiled(model, held, parameters)

    text = f"balance tangents {held} {parameters} {kernel.key(model, (), ())}"
    code = machine.obtain(hashlib.sha256(text.encode()).hexdigest(), made)
    note = json.loads(code.note)
    evaluate = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(code.address("evaluate"))
    patients, (size, count) = len(given), (x.shape[1], len(parameters))
    groups = -(-patients // WIDTH)

    def lanes(array: Floats) -> Floats:
        room = aligned(groups * array.shape[1]).reshape(groups, array.shape[1], WIDTH)
        padded = np.resize(array, (groups * WIDTH, array.shape[1]))
        room[:] = padded.reshape(groups, WIDTH, array.shape[1]).transpose(0, 2, 1)
        return room

    p, y = lanes(given), lanes(x)
    total = len(note["jacobian"]) + len(note["by"]) + len(note["guess"])
    out = aligned(groups * max(total, 1)).reshape(groups, max(total, 1), WIDTH)
    for group in range(groups):
        evaluate(*(array[group].ctypes.data for array in (y, p, out)))
    values = out.transpose(0, 2, 1).reshape(groups * WIDTH, -1)[:patients]
    found = []
    ends = np.cumsum([0, len(note["jacobian"]), len(note["by"]), len(note["guess"])])
    for name, columns, (first, last) in zip(note, (size, count, count), pairwise(ends), strict=True):
        whole = np.zeros((patients, size, columns))
        places = np.array(note[name], dtype=np.int64).reshape(-1, 2)
        whole[:, places[:, 0], places[:, 1]] = values[:, first:last]
        found.append(whole)
    return found[0], found[1], found[2]
