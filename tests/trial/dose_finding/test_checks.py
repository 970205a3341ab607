from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction, increasing, one_each, whole


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.1, float("nan"), None, "x"])
def test_a_fraction_is_inside(value: object) -> None:
    with pytest.raises(BadInput, match=r"here: target is"):
        fraction("target", value, where="here")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, 2.5, True, "3", None])
def test_a_whole_number_is_whole(value: object) -> None:
    with pytest.raises(BadInput, match="at least 1"):
        whole("n", value, 1, where="here")  # type: ignore[arg-type]
    assert whole("n", 3, 1, where="here") == 3


def test_increasing_names_the_level_that_is_not() -> None:
    assert increasing("doses", [1, 2.5], where="x", within=(0, 9)) == (1.0, 2.5)
    with pytest.raises(BadInput, match="2 at level 3 comes after 3"):
        increasing("doses", [1, 3, 2], where="x", within=(0, 9))
    with pytest.raises(BadInput, match="9 at level 1"):
        increasing("doses", [9], where="x", within=(0, 9))


def test_one_each_counts() -> None:
    with pytest.raises(BadInput, match="weights has 1 value for 3 dose levels"):
        one_each("weights", 1, 3, where="x")
