"""Which parameter's doubt moves an endpoint: Sobol indices as bars and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmoor.reporting.content import Block, Paragraph, Section, section
from unmoor.reporting.figures import Ranking, Share, indices
from unmoor.reporting.table import Cell, interval, number, table, unit

SHOWN = 8
TEXT = (
    "Every fitted parameter moves between the 5th and the 95th percentile of its posterior, evenly on the logarithm"
    " and independently of the others. The first-order index is the share of the endpoint's variance that goes when"
    " one parameter is known; the total index is the share that stays when all others are. Correlations of the "
    "posterior are left out here, so that the ranges of the endpoints are wider than those of the draws."
)


def sensitivities(whole: Any) -> Section | None:
    """The section on sensitivities; None where none were asked for."""
    if not whole.sensitivities:
        return None
    rankings = [Ranking(each.endpoint.label, _shares(each)) for each in whole.sensitivities]
    caption = f"The {SHOWN} most telling parameters of each endpoint; of its logarithm, of a share as it is."
    drawn = indices("sensitivity", "What moves the endpoints.", caption, rankings)
    blocks: list[Block | None] = [Paragraph(TEXT), drawn, *map(_table, whole.sensitivities)]
    return section("sensitivity", "Global sensitivity", blocks)


def _shares(each: Any) -> tuple[Share, ...]:
    order = np.argsort(-each.total, kind="stable")[:SHOWN]
    return tuple(
        Share(
            each.parameters[k].key, float(each.first[k]), float(each.first_error[k]), float(each.total[k]),
            float(each.total_error[k]),
        )
        for k in order
    )  # fmt: skip


def _table(each: Any) -> Block:
    rows = [
        (
            Cell(share.label, mark="name"), Cell(f"{share.first:.2f}", small=f"± {share.first_error:.2f}"),
            Cell(f"{share.total:.2f}", small=f"± {share.total_error:.2f}"),
        )
        for share in _shares(each)
    ]  # fmt: skip
    low, middle, high = each.quantiles
    shown = unit("%" if each.endpoint.observed.startswith(("share", "chance", "cv", "log cv")) else each.endpoint.unit)
    told = f"{number(middle)} {shown} (90% of the design {interval(low, high)})"
    caption = f"{each.endpoint.label}: {told}; {each.sets:,} sets."
    return table(("Parameter", "First order", "Total"), rows, numbers=(1, 2), caption=caption)
