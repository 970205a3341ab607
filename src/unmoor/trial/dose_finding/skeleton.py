"""A skeleton from one number: DLT rates that the model tells apart by a given half-width around the target."""

from __future__ import annotations

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, whole
from unmoor.trial.dose_finding.curves import Curve, Empiric


def indifference_skeleton(
    target: float, halfwidth: float, mtd: int, levels: int, curve: Curve | None = None
) -> tuple[float, ...]:
    """The skeleton under which every indifference interval is target -+ halfwidth, with the target at level `mtd`.

    Equation (Lee and Cheung, Clin Trials 2009;6:227): at the slope where a level has rate target - halfwidth,
    the next has target + halfwidth. Raises BadInput when the interval leaves (0, 1) or `mtd` is no level.
    """
    where, model = "skeleton", curve or Empiric()
    fraction("target", target, where=where)
    whole("levels", levels, 1, where=where)
    if not 1 <= mtd <= levels:
        raise BadInput(f"the prior MTD is level {mtd} of {levels}", where=where, todo=f"give 1 to {levels}")
    if not 0 < halfwidth < min(target, 1 - target):
        text = f"a half-width of {halfwidth:g} around {target:g} leaves (0, 1)"
        raise BadInput(text, where=where, todo="give a smaller one")
    found = np.empty(levels)
    found[mtd - 1] = target
    for level in range(mtd, levels):  # upwards: where this level is too toxic by the half-width, the next is too mild
        found[level] = _matched(model, found[level - 1], target - halfwidth, target + halfwidth)
    for level in range(mtd - 2, -1, -1):
        found[level] = _matched(model, found[level + 1], target + halfwidth, target - halfwidth)
    return tuple(float(rate) for rate in found)


def _matched(model: Curve, known: float, at_known: float, at_new: float) -> float:
    """The skeleton value whose rate is `at_new` at the slope that brings `known` to `at_known`, by bisection."""
    slope = model.slope_at(at_known, (known,))
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if not 0.0 < middle < 1.0:
            break
        above = float(model.rates(slope, (middle,))[0, 0]) > at_new
        low, high = (low, middle) if above else (middle, high)
    return (low + high) / 2
