"""Which arms a figure of outcomes shows: all, or a whole dose-finding trial beside the arms that are not its levels."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.endpoint_rows import WHOLE
from unmoor.reporting.figures import DASHES, NEUTRAL, arm_colours


def figure_arms(study: Any) -> list[str]:
    """Names of the arms, the whole dose-finding trial first where there is one."""
    if study.escalation is None:
        return [arm.name for arm in study.arms]
    return [*WHOLE, *(arm.name for arm in study.arms if arm.name not in study.escalation.levels)]


def arm_titles(study: Any) -> dict[str, str]:
    """Name -> title of every arm, the whole dose-finding trial among them."""
    return {arm.name: arm.title for arm in study.arms} | WHOLE


def arm_lines(study: Any) -> dict[str, tuple[str, Any]]:
    """Name -> (colour, dash) of every arm, the same in all figures of a report."""
    names = [arm.name for arm in study.arms]
    colours = arm_colours(names)
    found = {name: (colours[name], DASHES[place % len(DASHES)]) for place, name in enumerate(names)}
    return found | dict.fromkeys(WHOLE, (NEUTRAL, DASHES[0]))
