"""What the rows can tell apart: correlations of the posterior, and profile likelihoods."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from unmoor.reporting.content import Block, Paragraph, Section, section
from unmoor.reporting.figures import Valley, matrix, profiles
from unmoor.reporting.table import Cell, Table, number, table

STRONG = 0.5
SHOWN = 15
LIMIT = 1.92  # half the 95% point of chi-square with one degree of freedom
TEXT = (
    "Two parameters with a correlation near 1 or −1 can be exchanged for each other: the rows know a combination of"
    " them, not each. A profile holds one parameter and fits all others again. Where it stays below the dashed line"
    " (95%) as far as it is drawn, rows and priors leave the parameter open; where the rows' own line is flat, the "
    "prior alone holds it."
)


def identifiability(whole: Any) -> Section | None:
    """The section on correlations and profiles; None where no posterior was asked for."""
    if whole.sample is None:
        return None
    blocks: list[Block | None] = [Paragraph(TEXT), _matrix(whole.sample), _pairs(whole.sample)]
    if whole.profiles:
        valleys = [
            Valley(each.parameter.key, each.values, each.costs, each.rows, float(each.values[each.costs.argmin()]))
            for each in whole.profiles
        ]
        caption = "Minus log-likelihood above its minimum, all other parameters fitted again at each point."
        blocks += [profiles("profiles", "Profile likelihoods.", caption, valleys, LIMIT), _limits(whole.profiles)]
    return section("identifiability", "What can be told apart", blocks)


def correlations(sample: Any) -> Any:
    """Correlations (parameter, parameter) of the draws' logarithms."""
    return np.corrcoef(sample.logarithms.T)


def _matrix(sample: Any) -> Block:
    caption = "Correlation of the logarithms over the posterior's draws; columns bear the rows' numbers."
    names = [each.key for each in sample.parameters]
    return matrix("correlations", "Correlations of the posterior.", caption, names, correlations(sample))


def _pairs(sample: Any) -> Table | None:
    found, names = correlations(sample), [each.key for each in sample.parameters]
    rows, columns = np.triu_indices(len(found), 1)
    order = np.argsort(-np.abs(found[rows, columns]), kind="stable")
    cells = [
        (Cell(names[i], mark="name"), Cell(names[j], mark="name"), f"{found[i, j]:+.2f}")
        for i, j in zip(rows[order][:SHOWN], columns[order][:SHOWN], strict=True)
        if abs(found[i, j]) >= STRONG
    ]
    caption = f"Pairs with a correlation beyond {STRONG}, the strongest first."
    return table(("Parameter", "and", "Correlation"), cells, numbers=(2,), caption=caption) if cells else None


def _limits(found: Any) -> Table:
    rows = []
    for each in found:
        low, high = (crossing(each, side) for side in (-1, 1))
        rows.append(
            (
                Cell(each.parameter.key, mark="name"), number(each.values[each.costs.argmin()]),
                number(low) if low is not None else "open", number(high) if high is not None else "open",
                number(min(each.rows[0], each.rows[-1]), 2),
            )
        )  # fmt: skip
    titles = ("Parameter", "Best", "95% from", "to", "Rows' own rise at the nearer end")
    caption = "Limits of the profiles; open: not reached as far as drawn."
    return table(titles, rows, numbers=(1, 2, 3, 4), caption=caption)


def crossing(each: Any, side: int) -> float | None:
    """Where the profile passes the limit to the left (-1) or right (1), on the logarithm; None where it does not."""
    middle = int(each.costs.argmin())
    places = range(middle, -1, -1) if side < 0 else range(middle, len(each.costs))
    for here, there in pairwise(places):
        if each.costs[there] >= LIMIT > each.costs[here]:
            share = (LIMIT - each.costs[here]) / (each.costs[there] - each.costs[here])
            return float(each.values[here] * (each.values[there] / each.values[here]) ** share)
    return None
