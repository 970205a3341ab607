"""Derivatives of steady starts against closed forms, where sums are conserved too."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.engine.steady import steady_start
from unmoor.engine.steady_tangents import steady_tangents


def tangents(made, parameters, given=None, **values):
    """Starts and their derivatives, for constants given by patient."""
    count = len(next(iter(values.values())))
    rows = np.array([np.broadcast_to(values.get(name, made.constants[name]), count) for name in made.constants]).T
    found = steady_start(made, rows, given or {})
    return found.values, steady_tangents(made, np.hstack([rows, found.values]), given or {}, parameters)


def test_a_production_and_two_losses(model):
    made = model({"x": "k - q*x*x", "y": "x - s*y"}, initial={"x": 1.0, "y": 1.0},
                 constants={"k": 3.0, "q": 2.0, "s": 0.5}).starting_steady()  # fmt: skip
    k, s = np.linspace(1.0, 9.0, 11), np.linspace(0.2, 0.9, 11)
    values, found = tangents(made, ["k", "q", "s"], k=k, s=s)
    x = np.sqrt(k / 2.0)
    np.testing.assert_allclose(values[:, 0], x, rtol=1e-10)
    np.testing.assert_allclose(found[:, 0], np.stack([x / (2 * k), -x / 4.0, 0 * x], axis=1), rtol=1e-9, atol=1e-15)
    by_y = [x / (2 * k) / s, -x / 4.0 / s, -x / s**2]
    np.testing.assert_allclose(found[:, 1], np.stack(by_y, axis=1), rtol=1e-9)


def test_conserved_sums_come_from_the_guess(model):
    """R + D <-> RD: b^2 - (r + d + kd) b + r d = 0, with r and d the sums of the guess."""
    rates = {
        "free": "off*bound - on*free*drug",
        "bound": "on*free*drug - off*bound",
        "drug": "off*bound - on*free*drug",
    }
    made = model(rates, initial={"free": "r", "bound": "0", "drug": "d"},
                 constants={"r": 2.0, "d": 3.0, "on": 5.0, "off": 1.0}).starting_steady()  # fmt: skip
    r, d = np.array([2.0, 0.5, 7.0]), np.array([3.0, 0.1, 40.0])
    _, found = tangents(made, ["r", "d", "on", "off"], r=r, d=d)

    def bound(r, d, on, off):
        total = r + d + off / on
        return (total - np.sqrt(total**2 - 4 * r * d)) / 2

    here = {"r": r, "d": d, "on": 5.0 + 0 * r, "off": 1.0 + 0 * r}
    for j, name in enumerate(here):
        moved = {key: value.astype(complex) for key, value in here.items()}
        moved[name] = moved[name] + 1e-30j
        exact = bound(**moved).imag / 1e-30
        np.testing.assert_allclose(found[:, 1, j], exact, rtol=1e-7)
        np.testing.assert_allclose(found[:, 0, j], (name == "r") - exact, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(found[:, 2, j], (name == "d") - exact, rtol=1e-7, atol=1e-9)


def test_a_state_that_is_given_is_held(model):
    made = model({"x": "k - x", "y": "x*k - y"}, initial={"x": 1.0, "y": 1.0}, constants={"k": 3.0}).starting_steady()
    values, found = tangents(made, ["k", "x"], given={"x": np.array([10.0, 20.0])}, k=np.array([3.0, 5.0]))
    np.testing.assert_allclose(values[:, 1], [30.0, 100.0], rtol=1e-12)
    np.testing.assert_allclose(found[:, 0], [[0.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(found[:, 1], [[10.0, 3.0], [20.0, 5.0]], rtol=1e-12)


def test_a_patient_without_a_steady_state_is_nan_alone(model):
    made = model({"x": "k - 2*x/(1 + x)"}, initial={"x": 1.0}, constants={"k": 1.0}).starting_steady()
    _, found = tangents(made, ["k"], k=np.array([0.5, 3.0, 1.0]))
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[[0, 2], 0, 0], [2 / 1.5**2, 2.0], rtol=1e-9)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 33])
def test_any_number_of_patients(model, count):
    made = model({"x": "k - 4*x"}, initial={"x": 1.0}, constants={"k": 1.0}).starting_steady()
    _, found = tangents(made, ["k"], k=np.linspace(1.0, 2.0, count))
    np.testing.assert_allclose(found, np.full((count, 1, 1), 0.25), rtol=1e-12)
