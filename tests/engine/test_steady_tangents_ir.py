"""The compiled derivatives of a balance against the graph's own nodes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from unmoor.engine.ensemble import aligned
from unmoor.engine.steady_tangents_ir import compiled
from unmoor.engine.vector_ir import WIDTH


def test_entries_are_told_by_place_and_hold_the_derivatives(model, vector_code):
    made = model(
        {"x": "k*y - q*x*x", "y": "z - y*q", "z": "-z"},
        initial={"x": "k", "y": "q*2", "z": "3*x"},
        constants={"k": 3.0, "q": 2.0},
    ).starting_steady("x", "y")
    text, note = compiled(made, [], ["q", "k"])
    told = {name: list(map(tuple, places)) for name, places in json.loads(note).items()}
    out = aligned(sum(map(len, told.values()))).reshape(-1, WIDTH)
    p, y = aligned(2).reshape(-1, WIDTH), aligned(2).reshape(-1, WIDTH)
    p[0], p[1] = 3.0, 2.0
    y[0], y[1] = np.linspace(0.5, 2.0, WIDTH), 7.0
    vector_code(text, "evaluate")(y, p, out)
    values = iter(out)
    found = {name: {place: next(values) for place in places} for name, places in told.items()}
    x = y[0]
    # z starts at 3 x, so that the rate of y depends on x through it
    expected = {
        "jacobian": {(0, 0): -4.0 * x, (0, 1): 3.0 + 0 * x, (1, 0): 3.0 + 0 * x, (1, 1): -2.0 + 0 * x},
        "by": {(0, 0): -x * x, (0, 1): 7.0 + 0 * x, (1, 0): -7.0 + 0 * x},
        "guess": {(0, 1): 1.0 + 0 * x, (1, 0): 2.0 + 0 * x},
    }
    assert {name: set(table) for name, table in found.items()} == {name: set(table) for name, table in expected.items()}
    for name, table in expected.items():
        for place, value in table.items():
            assert found[name][place] == pytest.approx(value)
