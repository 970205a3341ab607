from __future__ import annotations

from itertools import product

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.looks import binomial_looks, check_looks


def test_looks_are_the_sum_over_every_sequence_of_responses() -> None:
    rate, stopped = 0.3, {"futile": [0.0] * 3, "effective": [0.0] * 3}
    for outcome in product((0, 1), repeat=8):
        chance = rate ** sum(outcome) * (1 - rate) ** (8 - sum(outcome))
        for look, size in enumerate((3, 6, 8)):
            seen = sum(outcome[:size])
            if seen <= (0, 1, 3)[look]:
                stopped["futile"][look] += chance
                break
            if seen >= (3, 5, 4)[look]:
                stopped["effective"][look] += chance
                break
    futile, effective = binomial_looks(rate, (3, 6, 8), (0, 1, 3), (3, 5, 4))
    assert futile.tolist() == pytest.approx(stopped["futile"])
    assert effective.tolist() == pytest.approx(stopped["effective"])
    assert futile.sum() + effective.sum() == pytest.approx(1.0)


def test_looks_increase_and_bounds_are_one_a_look() -> None:
    for looks in ((), (10, 10), (0, 5), (5, 4)):
        with pytest.raises(BadInput, match="look"):
            check_looks(looks)
    with pytest.raises(BadInput, match="not one a look"):
        binomial_looks(0.2, (5, 10), (1,))
