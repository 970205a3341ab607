"""The page of published values: each beside what was simulated, used in fitting or predicted, inside or not."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.base.sources import bibliography, cited
from unmoor.reporting.content import Block, Figures, Items, Paragraph, Section, section
from unmoor.reporting.document import NOTICE, page
from unmoor.reporting.figures.agreement import Value, agreement, ratios
from unmoor.reporting.reproduction_rows import ReproductionRow, reproduction_rows
from unmoor.reporting.table import MISSING, Cell, Table, number, table

MARKS = {True: "inside", False: "outside", None: ""}
USES = {"calibration": "used in fitting", "predicted": "predicted", "all": "all"}
READING = (
    "Simulated is the same statistic over the virtual patients, its median over the draws of the parameters. The 90% "
    "interval holds two things: who happens to be in a trial of the published size, and what is not known of the "
    "parameters; a trial is drawn from the patients of one draw of the posterior, 2,000 times. The wide interval adds "
    "how studies differ by assay, device or practice, with the spread that the calibration assumes for its own rows: "
    "an SD of 0.2 of the logarithm of a number, 0.4 of the logit of a share. Fold is simulated over published. Used in "
    "fitting means that the evidence row had a say in the parameters; predicted, that it had none. In the mobilisation "
    "studies nothing was changed after a prediction was looked at; in leukaemia and myeloma some was, and docs/aml.md "
    "and docs/myeloma.md say what. The parameters fitted to those two diseases are taken as they are."
)
SCATTER = (
    "Across: published; upwards: simulated, with its 90% interval. Dashed: twice and half. Each value in its own unit."
)
FOREST = (
    "Bar: 90% interval; thin line: with differences between studies; mark: published value; all over the simulated "
    "value. A filled mark lies inside, an empty one outside, where the bar is darker. Values beyond eight times stand "
    "at the edge."
)


def reproduction(studies: Sequence[Any], rows: Any, summary: Any, to: str | os.PathLike[str], *, how: str) -> Path:
    """Write the page of the tables that `reproduce` gave, joined, and their `agreement`, as one HTML file.

    `studies` are those of the tables, `how` one sentence on draws, patients and seed. Returns the path. Raises BadInput
    for another suffix, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"the page is written as HTML, not as '{target.name}'", todo="name a file that ends in .html")
    every = reproduction_rows(rows)
    parts = [
        section("agreement", "How well it agrees", [summary_table(summary), Paragraph(READING), scatter_of(every)]),
        section("ratios", "Each value over the simulated one", [ratios("ratios", "Ratios.", FOREST, values_of(every))]),
        section("values", "Every published value", [_table(study, every) for study in studies]),
        _sources(every),
    ]
    head: list[Block] = [Figures(headline(summary)), NOTICE]
    return write_whole(target, page("Published results, simulated", how, head, parts))


def headline(summary: Any) -> tuple[tuple[str, str, str], ...]:
    """The large numbers: fold errors of predicted and of used values, and how many predicted ones lie inside."""
    by = {row["use"]: row for row in summary.to_dict("records")}
    predicted, used = by["predicted"], by["calibration"]
    error = "geometric mean fold error of values"
    counted = f"{predicted['inside']} of {predicted['with_interval']}"
    return (
        (number(predicted["mean_fold_error"]), f"{error} that are predicted", f"{predicted['values']} values"),
        (number(used["mean_fold_error"]), f"{error} used in fitting", f"{used['values']} values"),
        (share(predicted), "of predicted values inside their 90% interval", counted),
    )


def share(row: Any) -> str:
    """The share of values inside, in %."""
    return MISSING if math.isnan(row["share"]) else f"{100 * row['share']:.0f}%"


def summary_cells(summary: Any) -> list[list[str]]:
    """The lines of the summary, as text: use, studies, values, fold errors, inside."""
    return [
        [
            USES[row["use"]],
            str(row["studies"]),
            str(row["values"]),
            number(row["mean_fold_error"]),
            number(row["bias"]),
            MISSING if math.isnan(row["within_twofold"]) else f"{100 * row['within_twofold']:.0f}%",
            f"{row['inside']} of {row['with_interval']}",
            f"{share(row)} ({100 * row['share_lower']:.0f} to {100 * row['share_upper']:.0f})" if row["with_interval"]
            else MISSING,
            f"{row['wide_inside']} ({row['wide_inside'] / row['with_interval']:.0%})" if row["with_interval"]
            else MISSING,
        ]
        for row in summary.to_dict("records")
    ]  # fmt: skip


SUMMARY = ("Values", "Studies", "n", "Fold error", "Bias", "Within 2x", "Inside 90%", "Share (95%)", "Inside wide 90%")


def summary_table(summary: Any) -> Table:
    """The summary as a table of the page."""
    caption = (
        "Fold error: geometric mean; bias: simulated over published, geometric mean. A share far below 90% speaks of "
        "intervals that are too narrow, at 100% of empty ones."
    )
    return table(SUMMARY, summary_cells(summary), numbers=range(1, len(SUMMARY)), caption=caption)


def scatter_of(every: Sequence[ReproductionRow]) -> Any:
    """The figure of published against simulated values."""
    return agreement("agreement", "Published against simulated.", SCATTER, values_of(every))


def beyond(row: ReproductionRow) -> str:
    """What the wide interval says of a value outside the other one."""
    return "" if row.inside is not False else ", within the wide one" if row.wide_inside else ""


def values_of(every: Sequence[ReproductionRow]) -> list[Value]:
    """The rows as the figures take them."""
    names = ("published", "simulated", "lower", "upper", "wide_lower", "wide_upper")
    return [
        Value(row.study, f"{row.label} ({row.arm})", row.use, row.inside, **{name: row.values[name] for name in names})
        for row in every
    ]


def _table(study: Any, every: Sequence[ReproductionRow]) -> Table:
    titles = {arm.name: arm.title for arm in study.arms}
    cells = [
        (
            Cell(row.what, small=titles.get(row.arm, row.arm), mark="prose"),
            Cell(row.text("published"), small=f"n = {row.n}" if row.n else ""),
            Cell(row.text("simulated"), small=f"{row.span}\nwide: {row.wide_span}"),
            Cell(row.verdict + beyond(row), small=USES[row.use], mark=MARKS[row.inside]),
            number(row.fold),
            Cell(row.evidence, small=row.source + (", recalled" if row.recalled else ""), link=f"#ref-{row.source}"),
            Cell(row.note, mark="prose"),
        )
        for row in every
        if row.study == study.name
    ]
    heads = ("Endpoint", "Published", "Simulated (90%)", "Published value is", "Fold", "Evidence", "Note")
    return table(heads, cells, numbers=(1, 2, 4), caption=f"{study.name}: {study.title}.")


def _sources(every: Sequence[ReproductionRow]) -> Section:
    known = bibliography()
    keys = cited([row.source for row in every], known)
    return section("references", "Sources", [Items(tuple((key, known[key].text, f"ref-{key}") for key in keys))])
