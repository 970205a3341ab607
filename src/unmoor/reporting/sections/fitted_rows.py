"""What was fitted to what: the stages, and every published row beside what the fitted model gives for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from unmoor.reporting.content import Block, Heading, Paragraph, Section, section
from unmoor.reporting.figures import COLOURS, NEUTRAL, Cloud, Drawing, Group, Point, Span, cloud, forest
from unmoor.reporting.table import Cell, interval, number, pretty, table, unit

MISS = 2.0
NAN = math.nan
METHOD = (
    "Each stage is a least-squares problem on logarithms. A row's residual is log(simulated / published) over its "
    "error: that stated for the row (differences between studies, a judgement) joined with the sampling error that "
    "its n and spread tell, doubled for a number recalled and not read again in its source, and widened by the "
    "square root of the rows that tell the same. Shares of patients weigh as binomial counts, widened likewise. "
    "Held against the typical person, the mean of a skewed quantity is read as a median by 1/sqrt(1 + CV²); held "
    "against people, it is the mean of simulated individuals. Residuals beyond 2 are misses."
)
FOREST = (
    "Simulated over published. Dot: fitted model, hollow where the row was not used; line: 90% of the posterior's "
    "draws; pale band: 95% interval of the published number, studies' differences included."
)
CLOUD = (
    "Each row in its own unit: published (95% interval) against simulated (90% of the posterior's draws). Dashed: twice"
    " and half. Hollow: not used in the fit."
)


def fitted_rows(whole: Any) -> Section:
    """The section on stages and rows of a calibration."""
    blocks: list[Block | None] = [Paragraph(METHOD), _stages(whole), _cloud(whole), *_forests(whole), *_tables(whole)]
    if whole.plan.notes:
        blocks += [Heading("Assumptions about the studies"), *(Paragraph(pretty(note)) for note in whole.plan.notes)]
    return section("rows", "What was fitted to what", blocks)


def colours(whole: Any) -> dict[str, str]:
    """A colour for each stage; what no parameter was fitted to is grey."""
    fitted = [each.stage.name for each in whole.fit.stages if each.estimates]
    found = {name: COLOURS[k % (len(COLOURS) - 1)] for k, name in enumerate(fitted)}
    return {each.stage.name: found.get(each.stage.name, NEUTRAL) for each in whole.fit.stages}


def _stages(whole: Any) -> Block:
    rows = []
    for each in whole.fit.stages:
        with_people = f"{each.stage.people} virtual people" if each.stage.people else "the typical person"
        missed = sum(abs(row.residual) > MISS for row in each.outcomes)
        agreeing = f"{each.agreeing} of {each.starts}" if each.estimates else ""
        rows.append(
            (
                Cell(each.stage.name, small=pretty(each.stage.about), mark="prose"), with_people,
                str(len(each.estimates)), str(len(each.outcomes)), number(each.misfit), str(missed), agreeing,
            )
        )  # fmt: skip
    titles = ("Stage", "Rows held against", "Parameters", "Rows", "Misfit", "Missed", "Starts that agree")
    caption = "Stages in order. Misfit: half the sum of squared residuals, about half the rows if errors are right."
    return table(titles, rows, numbers=(2, 3, 4, 5, 6), caption=caption)


def outcomes(whole: Any) -> Iterator[tuple[Any, Any, bool]]:
    """(stage fit, outcome, whether used) of every row, each once, under the stage that its table names."""
    seen = set()
    for stage in whole.fit.stages:
        for each in stage.outcomes:
            key = (each.target.stage, each.target.id)
            # a stage that fits another's rows again shows them better than the first one did
            last = [s for s in whole.fit.stages if any(o.target is each.target for o in s.outcomes)][-1]
            if key not in seen and last is stage:
                seen.add(key)
                yield stage, each, key in whole.fit.used


def span(whole: Any, each: Any, used: bool) -> Span:
    """Simulated, its 90% range, and the published 95% interval of a row, all over the published number."""
    target = each.target
    low, high = target.interval
    lower, upper = whole.ranges.get((target.stage, target.id), (NAN, NAN))
    point, lower, upper, low, high = (value / target.typical for value in (each.predicted, lower, upper, low, high))
    return Span(f"{target.id}  {target.what}, {target.scenario}", point, lower, upper, low, high, not used)


def _forests(whole: Any) -> list[Drawing]:
    found = []
    shades = colours(whole)
    for stage in whole.fit.stages:
        mine = [(each, used) for at, each, used in outcomes(whole) if at is stage]
        if not mine:
            continue
        spans = tuple(span(whole, each, used) for each, used in mine)
        group = Group(stage.stage.name, shades[stage.stage.name], spans)
        legends = ("fitted model, 90% of draws", "not used", "published, 95%")
        title = f"Stage {stage.stage.name}: every row."
        found.append(forest(f"rows-{stage.stage.name}", title, FOREST, [group], "simulated over published", legends))
    return found


def _cloud(whole: Any) -> Drawing | None:
    shades = colours(whole)
    clouds = []
    for stage in whole.fit.stages:
        points = []
        for at, each, used in outcomes(whole):
            if at is not stage:
                continue
            target = each.target
            lower, upper = whole.ranges.get((target.stage, target.id), (NAN, NAN))
            low, high = target.interval
            points.append(Point(target.typical, low, high, each.predicted, lower, upper, not used))
        if points:
            clouds.append(Cloud(stage.stage.name, shades[stage.stage.name], tuple(points)))
    return cloud("agreement", "Published against simulated.", CLOUD, clouds) if clouds else None


def _tables(whole: Any) -> Iterator[Block]:
    for stage in whole.fit.stages:
        mine = [each for at, each, _ in outcomes(whole) if at is stage]
        if not mine:
            continue
        yield Heading(f"Rows of stage {stage.stage.name}")
        titles = ("Row", "What", "Published", "Fitted to", "Simulated (90%)", "Unit", "Residual", "Source")
        yield table(titles, [_row(whole, each) for each in mine], numbers=(2, 3, 4, 6))


def _row(whole: Any, each: Any) -> tuple[Cell | str, ...]:
    target = each.target
    drawn = interval(*whole.ranges.get((target.stage, target.id), (NAN, NAN)))
    recalled = "recalled; " if target.provenance == "recalled" else ""
    shown = unit("%" if target.observed.in_percent else target.unit)
    return (
        Cell(target.id, mark="name"),
        Cell(f"{target.what}; {target.scenario}", small=pretty(f"{recalled}{target.note}".strip("; ")), mark="prose"),
        number(target.published),
        number(target.typical),
        Cell(number(each.predicted), small=drawn),
        shown,
        Cell(f"{each.residual:+.2f}".replace("-", "−"), mark="outside" if abs(each.residual) > MISS else ""),
        target.source,
    )
