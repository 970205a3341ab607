"""Times in words and hours."""

from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.planning.clock import clock_of, hours_of, said


@pytest.mark.parametrize(
    ("text", "hour"),
    [("day 1 at 00:00", 0.0), ("Day 4 at 09:30", 81.5), ("day 4 09:30", 81.5), (12, 12.0), (-3.5, -3.5)],
)
def test_a_moment_is_hours_from_the_first_midnight(text: str | float, hour: float) -> None:
    assert hours_of(text, "here") == pytest.approx(hour)


@pytest.mark.parametrize("text", ["tomorrow", "day 0 at 09:00", "day 2 at 24:10", "day 2", float("nan"), True, None])
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(BadInput, match="here"):
        hours_of(text, "here")  # type: ignore[arg-type]


@pytest.mark.parametrize("hour", [0.0, 81.5, 200.25, 23.999])
def test_said_reads_back_to_the_minute(hour: float) -> None:
    assert hours_of(said(hour), "") == pytest.approx(hour, abs=1 / 60)


def test_a_clock_time_alone() -> None:
    assert clock_of("22:15", "") == 22.25
