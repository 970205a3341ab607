"""Small made-up curves whose numbers a figure must show."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.reporting.figures import COLOURS, DASHES, Bands


def bands(arm: int, scale: float = 1.0, floor: float = 1.0) -> Bands:
    """An arm's curve that grows tenfold over four days, with bands at fixed ratios."""
    time = np.linspace(0.0, 96.0, 25)
    middle = scale * (floor + 9.0 * time / 96.0)
    quantiles = {q: middle * ratio for q, ratio in ((0.05, 0.25), (0.25, 0.5), (0.5, 1.0), (0.75, 2.0), (0.95, 4.0))}
    return Bands(f"arm {arm + 1}", COLOURS[arm], DASHES[arm], time, quantiles)


@pytest.fixture
def two() -> list[Bands]:
    return [bands(0), bands(1, scale=3.0)]


@pytest.fixture
def style() -> dict[str, object]:
    from unmoor.reporting.figures.drawing import STYLE

    return STYLE
