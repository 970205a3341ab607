"""Points that a map leaves where they are, for many patients at once: Anderson's acceleration of plain repetition.

Anderson DGM, J ACM 1965;12:547; for a linear map of s states it ends after about s + 1 applications (Walker HF, Ni P,
SIAM J Numer Anal 2011;49:1715), which is what makes a steady state of slow kinetics cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.engine.ensemble import Floats, Ints

#: differences of earlier applications that are combined, applications before the first combination, and at most
MEMORY, PLAIN, LIMIT = 8, 2, 250
#: an accelerated point whose residual grows by more than this is taken back
WORSE = 2.0
#: a residual is none only beside what the coordinate does on the way (SWING), however large acceleration has made it;
#: what its own rounding may leave of it (ROUNDING, of the distance gone), and how far it may go (FAR, in swings)
SWING, ROUNDING, FAR = 1e-6, 1e-12, 1e7
_TINY = 1e-300
Flags = NDArray[np.bool_]

#: patients (index), their points -> their images, and on the way to them each coordinate's largest size and largest
#: distance from the point; nan where it failed
Map = Callable[[Ints, Floats], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """Where repetition ended: `points` (patient, state), and whether each is one or failed."""

    points: Floats
    found: Flags
    failed: Flags


def fixed_points(image: Map, start: Floats, tolerance: float, floor: float = 0.0) -> FixedPoints:
    """Points x with image(x) = x, from `start` (patient, state) on.

    A point is found when neither its residual nor what acceleration would still change exceeds `tolerance` times the
    largest size its coordinate has had, plus `floor`, and the residual is nothing beside what the coordinate does on
    the way: a map that adds the same for ever has residuals that are small only beside a point that has run away.
    """
    patients, states = start.shape
    points, size, swing = start.copy(), np.abs(start), np.zeros((patients, states))
    found: Flags = np.zeros(patients, dtype=bool)
    failed: Flags = np.zeros(patients, dtype=bool)
    steps, images = np.zeros((2, patients, MEMORY, states))
    last_residual, last_image = np.zeros((2, patients, states))
    kept = np.zeros(patients, dtype=np.int64)  # applications since history began
    bold: Flags = np.zeros(patients, dtype=bool)  # whether the point came from acceleration
    for _ in range(LIMIT):
        live = np.flatnonzero(~found & ~failed)
        if not live.size:
            break
        x = points[live]
        g, sizes, swings = image(live, x)
        bad: Flags = ~np.all(np.isfinite(g), axis=1)
        residual = np.where(bad[:, None], np.inf, g - x)
        size[live] = np.fmax(size[live], np.where(np.isfinite(sizes), sizes, 0.0))
        swing[live] = np.fmax(swing[live], np.where(np.isfinite(swings), swings, 0.0))
        weight = np.maximum(size[live], floor / tolerance) + _TINY
        grown = _norm(residual, weight) > np.maximum(WORSE * _norm(last_residual[live], weight), tolerance)
        back = bold[live] & (bad | grown)
        failed[live[bad & ~bold[live]]] = True
        for array in (steps, images):
            array[live[back]] = 0.0
        points[live[back]] = last_image[live[back]]
        bold[live[back]], kept[live[back]] = False, 0

        on = ~bad & ~back
        who, x, g, residual, weight = live[on], x[on], g[on], residual[on], weight[on]
        place = kept[who] % MEMORY
        known = kept[who] > 0
        steps[who[known], place[known]] = (residual - last_residual[who])[known]
        images[who[known], place[known]] = (g - last_image[who])[known]
        kept[who] += 1
        following = _accelerated(steps[who], images[who], residual, g, weight)
        bold[who] = kept[who] > PLAIN
        following = np.where(bold[who][:, None], _kept_positive(following, x, g), g)
        small = np.maximum(np.abs(residual), np.abs(following - g)) <= tolerance * weight
        gone, home = np.abs(g - start[who]), tolerance * np.abs(start[who]) + floor
        still = np.abs(residual) <= SWING * swing[who] + ROUNDING * gone + home
        near = gone <= FAR * swing[who] + home
        found[who] = np.all(small & still & near, axis=1)
        points[who], last_residual[who], last_image[who] = following, residual, g
    return FixedPoints(points, found, failed)


def _accelerated(steps: Floats, images: Floats, residual: Floats, g: Floats, weight: Floats) -> Floats:
    """Anderson's combination: the residual written by its own differences, the image moved accordingly."""
    columns = np.swapaxes(steps / weight[:, None, :], 1, 2)  # (patient, state, difference)
    length = np.linalg.norm(columns, axis=1, keepdims=True)
    columns = columns / np.where(length > 0, length, 1.0)
    share = np.linalg.pinv(columns, rcond=1e-9) @ (residual / weight)[:, :, None]
    share = np.swapaxes(share / np.where(length > 0, length, 1.0).swapaxes(1, 2), 1, 2)
    return g - (share @ images)[:, 0, :]


def _kept_positive(following: Floats, x: Floats, g: Floats) -> Floats:
    """Amounts that were not negative stay so: a combination may overshoot, and a rate may not bear it."""
    low = np.minimum(x, g)
    return np.where((low >= 0) & (following < 0), 0.5 * low, following)


def _norm(residual: Floats, weight: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.max(np.abs(residual) / weight, axis=1, initial=0.0)
