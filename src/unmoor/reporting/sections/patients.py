"""Who was simulated: covariates by quantiles, categories by share, and how many candidates were turned away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unmoor.base.quantiles import quantile_bands
from unmoor.reporting.content import Block, Heading, Paragraph, Section, section
from unmoor.reporting.table import Cell, Table, count, exact, number, pretty, table, unit

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def patients(study: Any, result: Any) -> Section:
    """The section on the population of `result`."""
    people, population = result.patients, study.population
    measured = [str(name) for name in people.columns if people[name].dtype.kind in "fiu"]
    rows = study.model.rows
    varied = [name for name in measured if name in rows and rows[name].kind == "constant"]
    who = f"'{population.name}' ({pretty(population.title)})"
    shared = "each in the arms that admit them" if any(arm.among for arm in study.arms) else "the same in every arm"
    text = f"{count(result.n)} virtual patients of {who}, {shared}."
    blocks: list[Block | None] = [
        Paragraph(text),
        _quantiles(study, people, [name for name in measured if name not in varied], "Covariates"),
        _categories(people),
        _rejected(result.provenance.get("rejected")),
        _quantiles(study, people, varied, "Parameters that differ between patients"),
        Heading("Where the population's numbers come from"),
        _sources(population),
    ]
    return section("patients", "Virtual patients", blocks)


def _quantiles(study: Any, people: Any, names: Sequence[str], caption: str) -> Table | None:
    units = {**study.model.units, **{each.name: each.unit for each in study.population.covariates if each.unit}}
    rows: list[list[Cell | str]] = []
    for name in names:
        quantiles = quantile_bands(np.asarray(people[name], dtype=float), QUANTILES)
        rows.append([name.replace("_", " "), unit(units.get(name)), *(number(q) for q in quantiles)])
    titles = ("", "Unit", "5%", "25%", "Median", "75%", "95%")
    return table(titles, rows, numbers=range(2, 7), caption=f"{caption}: quantiles over patients.") if rows else None


def _categories(people: Any) -> Table | None:
    rows: list[list[Cell | str]] = []
    for name in people.columns:
        if people[name].dtype.kind not in "fiu":
            counts = people[name].value_counts()
            for i, (category, n) in enumerate((k, n) for k, n in counts.items() if n):
                title = "" if i else str(name).replace("_", " ")
                rows.append([title, str(category), count(n), f"{n / len(people):.0%}"])
    if not rows:
        return None
    return table(("", "Category", "n", "Share"), rows, numbers=(2, 3), caption="Covariates: categories.")


def _rejected(report: Any) -> Table | None:
    """What the entry criteria turned away, where the result recorded it."""
    if not report:
        return None
    rows = [
        (
            pretty(each["criterion"]),
            count(each["candidates"]),
            count(each["rejected"]),
            f"{each['share']:.1%}",
            each["source"],
        )
        for each in report
    ]
    titles = ("Entry criterion", "Candidates", "Rejected", "Share", "Source")
    return table(titles, rows, numbers=(1, 2, 3), caption="Candidates that did not meet a criterion were drawn again.")


def _sources(population: Any) -> Table:
    rows: list[list[Cell | str]] = []
    last = ""
    for each in population.table().to_dict("records"):
        name, value = str(each["name"]).replace("_", " "), each["value"]
        rows.append(
            [
                "" if name == last else name,
                pretty(str(each["quantity"]).replace("_", " ")),
                Cell(value, mark="name") if isinstance(value, str) else exact(value),
                unit(each["unit"]),
                Cell(each["source"], mark=f"prose {mark(each['source'])}".strip()),
            ]
        )
        last = name
    return table(("", "Quantity", "Value", "Unit", "Source"), rows)


def mark(source: str) -> str:
    """The theme's class for a source that is no publication; '' for one that is."""
    from unmoor.base.sources import nature

    kind = nature(source)
    return kind if kind in ("assumed", "derived", "fitted") else ""
