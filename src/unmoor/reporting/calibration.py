"""The report of a calibration: the same sections as one HTML file, or as a Markdown page with pictures beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.content import Block, Figures, Section
from unmoor.reporting.document import NOTICE, page
from unmoor.reporting.markdown import markdown
from unmoor.reporting.sections.fitted_rows import MISS, fitted_rows, outcomes
from unmoor.reporting.sections.identifiability import identifiability
from unmoor.reporting.sections.posterior import posterior
from unmoor.reporting.sections.sensitivities import sensitivities
from unmoor.reporting.table import count

MARK = "<!-- written by hand from here on -->"


def calibration_report(whole: Any, to: str | os.PathLike[str]) -> Path:
    """Write the report of a calibration, what `calibrated` gave, as one self-contained HTML file; its path.

    Raises BadInput for another suffix, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"a report is written as HTML, not as '{target.name}'", todo="name a file that ends in .html")
    head: list[Block] = [_figures(whole), NOTICE]
    byline = f"Written by {whole.command}. The same command gives the same numbers."
    return write_whole(target, page(whole.plan.title, byline, head, _sections(whole), "calibration report"))


def calibration_page(whole: Any, to: str | os.PathLike[str]) -> Path:
    """Write the same as a Markdown page, pictures into `images/` beside it; what follows MARK in an older page stays.

    Raises BadInput for another suffix, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() != ".md":
        raise BadInput(f"a page is written as Markdown, not as '{target.name}'", todo="name a file that ends in .md")
    kept = target.read_text(encoding="utf-8").partition(MARK)[2].strip() if target.is_file() else ""
    text, pictures = markdown(_sections(whole), f"images/{whole.plan.name}")
    for path, svg in pictures.items():
        write_whole(target.parent / path, svg)
    byline = f"Written by `{whole.command} --page`; the same command gives the same numbers."
    parts = [f"# Calibration: {whole.plan.name}", f"{whole.plan.title}. {byline}", text]
    parts += [f"{MARK}\n\n{kept}"] if kept else []
    return write_whole(target, "\n\n".join(parts) + "\n")


def _sections(whole: Any) -> list[Section]:
    found = [fitted_rows(whole), posterior(whole), identifiability(whole), sensitivities(whole)]
    return [each for each in found if each is not None]


def _figures(whole: Any) -> Figures:
    rows = [(each, used) for _, each, used in outcomes(whole)]
    used = [each for each, is_used in rows if is_used]
    missed = sum(abs(each.residual) > MISS for each in used)
    items = [
        (count(len(used)), "published rows fitted to", f"{len(rows) - len(used)} more beside, not used"),
        (count(len(whole.fit.estimates)), "parameters fitted", f"{len(whole.fit.stages)} stages"),
        (f"{100 * (1 - missed / max(len(used), 1)):.0f}%", "of the fitted rows within two errors", f"{missed} missed"),
    ]
    if whole.sample is not None:
        sample = whole.sample
        told = f"R-hat at most {np.nanmax(sample.rhat):.3f}, worth {count(np.nanmin(sample.size))} or more"
        items.append((count(len(sample.logarithms)), "draws of the posterior", told))
    return Figures(tuple(items))
