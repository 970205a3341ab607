"""The fitted parameters: estimates, posterior and prior, as a table and a figure, and how the sampler did."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmoor.reporting.content import Block, Facts, Heading, Notice, Paragraph, Section, section
from unmoor.reporting.figures import COLOURS, Drawing, Group, Span, forest
from unmoor.reporting.table import Cell, Table, count, interval, number, table

FEW, APART = 400.0, 1.05  # effective draws and R-hat beyond which a reader is warned
FEW_SPREADS = 1.5  # effective candidates per draw below which CVs are rough
TEXT = (
    "An estimate is where the stage that fitted it fits best; the posterior is that of all stages together, so that"
    " a later stage's rows have their say on the values of an earlier one. The error is the SD of the logarithm "
    "from the slopes at the optimum. Where the posterior is hardly narrower than the prior (last column near 1), "
    "the rows say little, and the value is the prior's. A CV is in % and between people."
)
SAMPLER = (
    "Many short chains of Metropolis steps (differences of burnt-in draws, and steps around their Gaussian) over all "
    "rows held against typical people; R-hat compares groups of chains and their halves; effective draws come from how "
    "much the chains differ. Rows about people then weigh the draws, paired with proposals of the CVs."
)
FIGURE = "Over the estimate. Dot and line: posterior median and 90% interval; pale band: 90% interval of the prior."


def posterior(whole: Any) -> Section:
    """The section on the parameters of a calibration."""
    blocks: list[Block | None] = [Paragraph(TEXT), _table(whole)]
    if whole.sample is None:
        blocks.append(Notice("No posterior.", "Only the best fit was asked for; errors are those of its slopes."))
    else:
        blocks += [_warning(whole.sample), _figure(whole), Heading("How the sampler did"), Paragraph(SAMPLER)]
        blocks += [_facts(whole), _walk(whole.sample)]
    return section("parameters", "Parameters", blocks)


def _table(whole: Any) -> Table:
    sample = whole.sample
    rows: list[tuple[Cell | str, ...]] = []
    groups: dict[int, str] = {}
    quantiles = {} if sample is None else drawn(sample)
    seen: set[str] = set()
    for stage in whole.fit.stages:
        mine = [each for each in stage.estimates if each.parameter.heading not in seen]
        if mine:
            groups[len(rows)] = f"stage {stage.stage.name}"
        for first in mine:
            seen.add(first.parameter.heading)
            last = next(e for e in whole.fit.estimates if e.parameter.heading == first.parameter.heading)
            rows.append(_row(last, quantiles.get(first.parameter.heading)))
    titles = ("Parameter", "Estimate", "Error", "Posterior median (90%)", "Prior", "Posterior / prior SD", "Kept in")
    return table(titles, rows, numbers=(1, 2, 3, 5), groups=groups)


def _row(each: Any, found: tuple[float, float, float, float] | None) -> tuple[Cell | str, ...]:
    parameter = each.parameter
    error = "on its bound" if each.on_bound else number(each.error, 2)
    prior = Cell("flat", small=interval(parameter.lower, parameter.upper))
    shrunk = ""
    if parameter.prior is not None:
        prior = Cell(f"{number(parameter.prior)} × or ÷ {math.exp(parameter.prior_error):.2g}", parameter.prior_source)
        shrunk = f"{found[3] / parameter.prior_error:.2f}" if found else ""
    names = ", ".join((parameter.key, *parameter.also))
    middle = Cell(number(found[1]), small=interval(found[0], found[2])) if found else Cell("")
    kept = parameter.file or "reported only"
    return Cell(names, mark="name"), number(each.value, 4), error, middle, prior, shrunk, Cell(kept, mark="prose")


def drawn(sample: Any) -> dict[str, tuple[float, float, float, float]]:
    """Heading -> 5, 50 and 95% of the draws, and the SD of their logarithms."""
    low, middle, high = np.quantile(sample.values, (0.05, 0.5, 0.95), axis=0)
    spread = sample.logarithms.std(axis=0)
    found = zip(sample.parameters, low, middle, high, spread, strict=True)
    return {each.heading: (float(a), float(b), float(c), float(d)) for each, a, b, c, d in found}


def _figure(whole: Any) -> Drawing:
    quantiles = drawn(whole.sample)
    spans = []
    for each in whole.fit.estimates:
        low, middle, high, _ = quantiles[each.parameter.heading]
        parameter = each.parameter
        if parameter.prior is None:
            band = (math.nan, math.nan)
        else:
            reach = math.exp(1.645 * parameter.prior_error)
            band = (parameter.prior / reach / each.value, parameter.prior * reach / each.value)
        spans.append(Span(parameter.key, middle / each.value, low / each.value, high / each.value, *band))
    group = Group("fitted parameters", COLOURS[0], tuple(spans))
    legends = ("posterior median, 90%", "", "prior, 90%")
    return forest("parameters", "What the rows added to the priors.", FIGURE, [group], "over the estimate", legends)


def _warning(sample: Any) -> Notice | None:
    size, worst = float(np.nanmin(sample.size)), float(np.nanmax(sample.rhat))
    if size < FEW or worst > APART:
        text = f"The worst parameter has {count(size)} effective draws and an R-hat of {worst:.3f}: mind its tails."
        return Notice("The sampler has not settled.", text)
    each = sample.weighed / len(sample.logarithms)
    if 0 < each < FEW_SPREADS:
        text = f"Of the spreads tried with a draw, {each:.1f} carry the weight: intervals of the CVs are rough."
        return Notice("Few draws carry the weight.", text)
    return None


def _facts(whole: Any) -> Facts:
    sample = whole.sample
    pairs = [
        ("Draws kept", count(len(sample.logarithms))),
        ("Walkers and steps", f"{count(sample.walkers)} walkers, {count(sample.steps)} steps each after burning in"),
        ("Moves accepted", f"{100 * sample.accepted:.0f}%"),
        ("Largest R-hat", f"{np.nanmax(sample.rhat):.3f}"),
        ("Fewest effective draws", count(np.nanmin(sample.size))),
        ("Longest memory of a walker", f"{np.nanmax(sample.time):.0f} steps"),
    ]
    if any(each.stage.people and each.estimates for each in whole.fit.stages):
        tried = f"{count(sample.candidates)}, {count(sample.weighed)}"
        pairs.append(("Spreads tried, and their effective number", tried))
    return Facts(tuple(pairs))


def _walk(sample: Any) -> Table:
    rows = [
        (Cell(each.key, mark="name"), f"{rhat:.3f}", count(size), f"{time:.0f}")
        for each, rhat, size, time in zip(sample.parameters, sample.rhat, sample.size, sample.time, strict=True)
        if math.isfinite(rhat)
    ]
    return table(("Parameter", "R-hat", "Effective draws", "Memory (steps)"), rows, numbers=(1, 2, 3))
