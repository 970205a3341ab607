"""`unmoor design compare`: what designs would do on the virtual patients of a study's dose levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unmoor.base.errors import BadInput
from unmoor.cli.console import heading, out, table
from unmoor.cli.design import PICTURES, designs_app, write_csv
from unmoor.cli.design_options import fields_of
from unmoor.cli.run import Threads, busy, simulated

if TYPE_CHECKING:
    from unmoor.trial import DesignComparison, NamedDesign, Study

TOTALS = {
    "target": ("target DLT rate, %", 100),
    "correct": ("trials that recommend the true MTD, %", 100),
    "as_published": ("trials that recommend the published level, %", 100),
    "patients": ("patients until the design ends", 1),
    "dlts": ("DLTs until then", 1),
    "above_mtd_patients": ("patients treated above the true MTD, %", 100),
    "overdosed_60": ("trials with over 60% of n above the target, %", 100),
    "overdosed_80": ("trials with over 80% of n above the target, %", 100),
    "months": ("months until the design ends", 1),
    "months_in_all": ("months of the whole trial", 1),
}


@designs_app.command()
def compare(
    study: Annotated[str, typer.Argument(help="A study with dose levels, of the library or a .yaml file.")],
    design: Annotated[
        list[str] | None,
        typer.Option(help='A design, such as boin or "crm skeleton=0.1,0.25,0.4"; all of the study if not given.'),
    ] = None,
    patients: Annotated[int, typer.Option(min=1, help="Virtual patients at each level.")] = 1000,
    trials: Annotated[int, typer.Option(min=1, help="Trials that draw them, the same for every design.")] = 1000,
    target: Annotated[float | None, typer.Option(help="Target DLT rate of all designs.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; the study's own if not given.")] = None,
    to: Annotated[Path | None, typer.Option(help="Write the table as .csv.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the shares: .png, .svg or .pdf.")] = None,
    threads: Threads = None,
) -> None:
    """Compare designs on the mechanistic patients of a study: the same people in the same trials for every design."""
    from unmoor.population import sample
    from unmoor.trial import compare_designs, levels_only, load_study

    for path, endings in ((to, (".csv",)), (plot, PICTURES)):
        if path is not None and path.suffix.lower() not in endings:
            raise BadInput(f"cannot write '{path.name}'", where="--to, --plot", todo=f"end it in {', '.join(endings)}")
    asked = levels_only(load_study(study))
    chosen = _designs(asked, list(dict.fromkeys(design or ())), target)
    with busy("drawing patients"):
        drawn = sample(asked.population, n=patients, seed=asked.seed if seed is None else seed)
    result, code = simulated(asked, drawn, None, {}, {"threads": threads})
    if result is None:
        raise typer.Exit(code)
    with busy("running the designs"):
        found = compare_designs(asked, result, chosen, trials=trials)
    # tables last, so that a closed pipe costs no file
    if to is not None:
        write_csv(found.table().merge(found.totals(), on="design", suffixes=("", "_mean")), to)
    if plot is not None:
        out().print(str(_picture(found, plot)), soft_wrap=True)
    print_comparison(asked, found)
    raise typer.Exit(code)


def print_comparison(study: Study, found: DesignComparison) -> None:
    """Print what was compared, and three tables: recommended, treated, totals."""
    run, plan = found.runs[0], found.runs[0].plan
    levels = ["none", *plan.levels]
    known = zip(found.rates, run.toxicity.rate_intervals, strict=True)
    rates = ["", *(f"{100 * rate:.3g} ({100 * low:.3g} to {100 * high:.3g})" for rate, (low, high) in known)]
    names = [each.design.name for each in found.runs]
    heading(f"{study.title}: designs compared in {run.trials:,} trials")
    failed = f"; {run.toxicity.failed} could not be integrated at every level" if run.toxicity.failed else ""
    out().print(f"{len(run.toxicity.who):,} virtual patients{failed}", soft_wrap=True)
    out().print(f"dose-limiting {plan.toxicity_prose(study)}", soft_wrap=True)
    shares = [[f"{100 * share:.1f}" for share in each.operating.selected] for each in found.runs]
    tables = [each.table() for each in found.runs]
    treated = [[f"{row.patients:.1f} ({row.dlts:.2f})" for row in each[1:].itertuples()] for each in tables]
    right = range(1, len(names) + 2)
    if plan.published is not None:
        published = " or ".join(plan.levels[place - 1] for place in plan.published_places)
        out().print(f"the published trial recommended {published}", soft_wrap=True)
    heading("Recommended, % of trials")
    table(("level", "DLT rate % (95%)", *names), list(zip(levels, rates, *shares, strict=True)), right=right)
    heading("Patients (DLTs) until the design ends, means")
    table(("level", "DLT rate % (95%)", *names), list(zip(levels[1:], rates[1:], *treated, strict=True)), right=right)
    totals = found.totals()
    rows = [("true MTD", *totals["true_mtd"])]
    for key, (title, scale) in TOTALS.items():
        if totals[key].isna().all():
            continue
        rows.append((title, *(f"{scale * value:.3g}" for value in totals[key])))
    heading("All in all; the true MTD is the level with the rate nearest the target")
    table(("", *names), rows, right=range(1, len(names) + 1))


def _designs(study: Study, texts: list[str], target: float | None) -> list[NamedDesign]:
    """The designs that the texts name, with FIELD=VALUE after the name where wanted; all of the study for none."""
    from unmoor.trial import NamedDesign

    assert study.escalation is not None
    plan = study.escalation if target is None else study.escalation.aiming(target)
    named = [(text, *text.split()) for text in texts]
    return [NamedDesign(text, plan.named(name, fields_of(fields)).design) for text, name, *fields in named] or list(
        plan.designs
    )


def _picture(found: DesignComparison, to: Path) -> Path:
    from unmoor.reporting import Shares, operating_picture

    shares = []
    for run in found.runs:
        each = run.operating
        treated = (each.n / each.n.sum()).tolist()
        shares.append(Shares(run.design.name, run.plan.levels, found.rates, each.selected.tolist(), treated))
    return operating_picture(shares, found.runs[0].design.design.target, to)
