"""Fixed points of linear and curved maps: found in few applications, taken back where acceleration leads astray."""

from __future__ import annotations

import numpy as np

from unmoor.engine import fixed_point
from unmoor.engine.fixed_point import fixed_points


def _linear(matrices, shift, calls):
    def image(which, points):
        calls.append(len(which))
        found = np.einsum("pij,pj->pi", matrices[which], points) + shift[which]
        return found, np.abs(found), np.abs(found - points)

    return image


def test_linear_maps_end_after_about_as_many_applications_as_states():
    rng = np.random.default_rng(3)
    patients, states = 40, 4
    shares = np.linspace(0.1, 0.999, patients)  # the slowest mode keeps this much: plain repetition needs thousands
    matrices = np.empty((patients, states, states))
    for k, share in enumerate(shares):
        basis = rng.normal(size=(states, states))
        matrices[k] = basis @ np.diag([share, 0.7 * share, 0.2, 0.01]) @ np.linalg.inv(basis)
    shift, calls = rng.normal(size=(patients, states)), []
    found = fixed_points(_linear(matrices, shift, calls), np.zeros((patients, states)), 1e-10)
    exact = np.linalg.solve(np.eye(states) - matrices, shift[:, :, None])[:, :, 0]
    assert found.found.all()
    assert not found.failed.any()
    np.testing.assert_allclose(found.points, exact, rtol=1e-6, atol=1e-6)
    assert len(calls) <= 6 * states
    assert calls[-1] < patients  # those that are found are left alone


def test_a_map_that_only_adds_has_no_fixed_point():
    def image(which, points):
        return points + 1.0, np.abs(points), np.ones(points.shape)

    found = fixed_points(image, np.zeros((2, 1)), 1e-8)
    assert not found.found.any()
    assert not found.failed.any()


def test_where_it_starts_may_be_where_it_ends():
    found = fixed_points(lambda which, points: (points, np.abs(points), 0 * points), np.array([[3.0, 0.0]]), 1e-8)
    assert found.found.all()
    assert found.points.tolist() == [[3.0, 0.0]]


def test_amounts_stay_positive_and_a_failure_of_acceleration_is_taken_back():
    visited = []

    def image(which, points):
        visited.append(points.min())
        rate = 8.0 * points / (1.0 + points)
        grown = points + np.where(points < -1.0, np.nan, 0.2 - 0.05 * rate)
        return grown, np.abs(grown), np.abs(grown - points)

    found = fixed_points(image, np.zeros((1, 1)), 1e-9)
    assert found.found.all()
    assert min(visited) >= 0
    point = found.points
    np.testing.assert_allclose(image(None, point)[0], point, rtol=1e-8)


def test_a_map_that_fails_on_plain_repetition_has_failed():
    def image(which, points):
        found = np.where(points > 2.5, np.nan, points + 1.0)
        return found, np.abs(points), np.ones(points.shape)

    found = fixed_points(image, np.array([[0.0], [2.9]]), 1e-8)
    assert found.failed.tolist()[1]
    assert not found.found.any()


def test_the_limit_holds(monkeypatch):
    monkeypatch.setattr(fixed_point, "LIMIT", 3)
    calls = []
    fixed_points(_linear(np.full((1, 1, 1), 0.999), np.ones((1, 1)), calls), np.zeros((1, 1)), 1e-12)
    assert len(calls) == 3


def test_a_point_that_acceleration_drives_away_is_none():
    """More is added than is ever removed: in time the residual is nothing beside the point, not beside what goes on."""

    def image(which, points):
        found = points + 300.0 - 240.0 * points / (30.0 + points)
        return found, np.abs(found), np.full(points.shape, 300.0)

    found = fixed_points(image, np.zeros((1, 1)), 1e-8)
    assert not found.found.any()
