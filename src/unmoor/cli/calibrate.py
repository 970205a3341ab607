"""`unmoor calibrate`: fit parameters to published rows, sample their posterior, report both."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.base.errors import BadInput
from unmoor.cli.app import app
from unmoor.cli.console import err, out


@app.command()
def calibrate(
    name: Annotated[str, typer.Argument(help="A calibration of the library or a .yaml file.")],
    write: Annotated[bool, typer.Option("--write", help="Keep values and posterior in the library's tables.")] = False,
    to: Annotated[Path | None, typer.Option(help="The report, an .html file.")] = None,
    page: Annotated[Path | None, typer.Option(help="The report as Markdown (.md), its pictures beside it.")] = None,
    stage: Annotated[list[str] | None, typer.Option(help="Fit this stage only; may be repeated.")] = None,
    draws: Annotated[int, typer.Option(min=0, help="Draws of the posterior; 0 for the fit alone.")] = 400,
    starts: Annotated[int, typer.Option(min=1, help="Points that each stage is fitted from.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Seed of starts, walkers and designs.")] = 1,
    sensitivity: Annotated[bool, typer.Option("--sensitivity", help="Sobol indices of the plan's endpoints.")] = False,
) -> None:
    """Fit a calibration's stages, sample the posterior, and show both beside the published rows.

    The same command gives the same numbers. Without --write nothing in the library changes. A calibration that names
    `studies` meets their published rows of `use: calibration`; it has one stage and no posterior.
    """
    from unmoor.calibration import calibrated, is_study_plan, load_plan, summary, write_posterior, write_tables

    for path, suffix in ((to, ".html"), (page, ".md")):
        if path is not None and path.suffix.lower() != suffix:
            raise BadInput(f"'{path}' does not end in {suffix}", todo=f"name a file that ends in {suffix}")
    if stage and draws and (write or sensitivity):
        todo = "leave --stage out, or add --draws 0"
        raise BadInput("a posterior of some stages is not that of the calibration", todo=todo)
    if sensitivity and not draws:
        raise BadInput("sensitivity moves parameters over their posterior", todo="leave --draws 0 out")
    began = time.perf_counter()
    if is_study_plan(name):
        if to or page or stage or sensitivity:
            todo = "leave --to, --page, --stage and --sensitivity out"
            raise BadInput(f"'{name}' is a fit to studies: it has one stage and is shown as text", todo=todo)
        _fit_to_studies(name, write, seed, began)
        return
    plan = load_plan(name)
    whole = calibrated(
        plan, stages=tuple(stage or ()), draws=draws, starts=starts, seed=seed, sensitivities=sensitivity,
        profiles=bool(to or page), progress=_say(began),
    )  # fmt: skip
    out().print(summary(whole), soft_wrap=True)
    if write:
        written = write_tables(whole.fit)
        if whole.sample is not None:
            written = (*written, write_posterior(whole.sample.posterior(plan.name)))
        for path in written:
            out().print(f"wrote {path}", soft_wrap=True)
    for path, kind in ((to, "html"), (page, "markdown")):
        if path is not None:
            out().print(f"report: {_report(whole, path, kind)}", soft_wrap=True)
    out().print(f"{time.perf_counter() - began:.0f} s")


def _fit_to_studies(name: str, write: bool, seed: int, began: float) -> None:
    from unmoor.calibration import fit_studies, load_study_plan, study_summary, write_tables

    fit = fit_studies(load_study_plan(name), seed=seed, progress=_say(began))
    out().print(study_summary(fit), soft_wrap=True)
    for path in write_tables(fit) if write else ():
        out().print(f"wrote {path}", soft_wrap=True)
    out().print(f"{time.perf_counter() - began:.0f} s")


def _say(began: float) -> Any:
    """Progress as lines with the seconds so far, on standard error."""
    console = err()
    return lambda text: console.print(f"{time.perf_counter() - began:6.1f} s  {text}", soft_wrap=True)


def _report(whole: Any, path: Path, kind: str) -> Path:
    from unmoor.reporting import calibration_page, calibration_report

    return calibration_report(whole, path) if kind == "html" else calibration_page(whole, path)
