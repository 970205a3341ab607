"""`unmoor design`: dose-finding designs - their rules, tables, pathways and operating characteristics."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.base.errors import BadInput
from unmoor.cli.app import Commands, app
from unmoor.cli.console import heading, out, table
from unmoor.cli.design_options import design_from, numbers_of

PICTURES = (".png", ".svg", ".pdf")
TOTALS = {
    "patients": "patients, mean",
    "dlt": "DLTs, mean",
    "correct": "share of trials that recommend the true MTD",
    "above_mtd_selected": "share of trials that recommend a higher level",
    "above_mtd_patients": "share of patients treated above the true MTD",
    "overdosed_60": "share of trials with over 60% of n above the target",
    "overdosed_80": "share of trials with over 80% of n above the target",
    "duration": "DLT windows until the last outcome, mean",
}

designs_app = typer.Typer(cls=Commands, rich_markup_mode=None, no_args_is_help=True)
app.add_typer(
    designs_app, name="design", help="Dose-finding designs: rule, table, pathways, operating characteristics."
)

Name = Annotated[str, typer.Argument(help="A design, such as boin; `unmoor design list` names them.")]
Target = Annotated[float | None, typer.Option(help="Target DLT rate.")]
Doses = Annotated[str | None, typer.Option(help="How many dose levels, or the doses themselves (ewoc, blrm).")]
Most = Annotated[int | None, typer.Option("--n", help="Largest number of patients.")]
Cohort = Annotated[int | None, typer.Option(help="Patients between decisions.")]
More = Annotated[list[str] | None, typer.Option("--set", help="FIELD=VALUE of the design; may be repeated.")]
Toxic = Annotated[float | None, typer.Option("--stop-if-toxic", help="Stop at such a P(lowest level too toxic).")]
Enough = Annotated[int | None, typer.Option("--stop-at-dose", help="Stop when so many were treated at the next level.")]
Rates = Annotated[str, typer.Option(help="True DLT rate of each level: 0.05,0.1,0.2,0.3.")]
Arrivals = Annotated[float | None, typer.Option(help="Patients that arrive in a DLT window; else all at once.")]
To = Annotated[
    Path | None, typer.Option(help="Write a .csv table, or where there is one a picture (.png, .svg, .pdf).")
]


@designs_app.command("list")
def list_() -> None:
    """List the designs."""
    from unmoor.trial import designs

    rows = [(name.replace("_", "-"), line) for name, line in designs.design_lines().items()]
    table(("design", ""), rows, whole=(0,))


@designs_app.command("table")
def table_(
    name: Name, target: Target = None, doses: Doses = None, n: Most = None, cohort: Cohort = None, more: More = None,
    toxic: Toxic = None, enough: Enough = None, to: To = None,
) -> None:  # fmt: skip
    """Print a design's rule and its decision table."""
    from unmoor.trial import dose_finding

    _ending(to)
    design = _design(name, target, doses, n, cohort, more, toxic, enough)
    rows = design.decisions()
    counts = list(zip(rows["n"], rows["dlt"], strict=True))
    by_count = "pending" not in rows and len(set(counts)) == len(counts)
    if to is not None and by_count and to.suffix.lower() in PICTURES:
        from unmoor.reporting import decision_picture

        letters = dose_finding.letters_by_count(rows)
        out().print(str(decision_picture(letters, to)), soft_wrap=True)
        return
    if to is not None:
        write_csv(design.table(), to)
        return
    out().print(design.prose(), soft_wrap=False)
    out().print()
    if by_count:
        out().print(dose_finding.letters(rows), soft_wrap=True)
        out().print("E escalate, S stay, D de-escalate, X eliminate and de-escalate, . stop", style="dim")
        out().print()
        rows = dose_finding.boundary_columns(rows)
    _print(rows)


@designs_app.command("next")
def next_(
    name: Name, outcomes: Annotated[str, typer.Argument(help='What happened: "1NNN 2NNT".')], target: Target = None,
    doses: Doses = None, n: Most = None, cohort: Cohort = None, more: More = None, toxic: Toxic = None,
    enough: Enough = None,
) -> None:  # fmt: skip
    """Say what comes after some outcomes, and which dose would be recommended now."""
    design = _design(name, target, doses, n, cohort, more, toxic, enough)
    decision = design.next(outcomes)
    level = "" if decision.level is None else f": level {design.label(decision.level)}"
    recommended = design.recommend(outcomes)
    out().print(f"{decision.action}{level} - {decision.reason}", soft_wrap=True)
    out().print(f"recommended if the trial ended now: {'none' if recommended is None else design.label(recommended)}")


@designs_app.command()
def oc(
    name: Name, rates: Rates, target: Target = None, doses: Doses = None, n: Most = None, cohort: Cohort = None,
    more: More = None, toxic: Toxic = None, enough: Enough = None,
    exact: Annotated[bool, typer.Option("--exact", help="Enumerate every path instead of simulating.")] = False,
    trials: Annotated[int, typer.Option(help="Simulated trials.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    per_window: Arrivals = None,
    to: To = None,
) -> None:  # fmt: skip
    """Print the operating characteristics of a design under true DLT rates."""
    from unmoor.trial import dose_finding

    _ending(to)
    design = _design(name, target, doses, n, cohort, more, toxic, enough)
    truth = _rates(design, rates)
    found = (
        dose_finding.enumerate_trials(design).operating(truth)
        if exact
        else dose_finding.operating_characteristics(design, truth, trials, seed, per_window)
    )
    rows = found.table()
    if to is not None and to.suffix.lower() in PICTURES:
        from unmoor.reporting import Shares, operating_picture

        level = [design.label(each) for each in range(1, design.levels + 1)]
        shares = Shares(name, level, found.rates, found.selected.tolist(), (found.n / found.n.sum()).tolist())
        out().print(str(operating_picture([shares], design.target, to)), soft_wrap=True)
    elif to is not None:
        write_csv(rows, to)
    else:
        _print(rows.drop(columns=["lower", "upper"]) if found.exact else rows)
        every = "exact, every path; all outcomes known before the next cohort"
        how = every if found.exact else f"{found.trials:,} trials, 95% intervals by Wilson"
        heading(f"Operating characteristics: {how}")
        mtd = "none: the lowest is too toxic" if found.mtd == 0 else f"level {design.label(found.mtd)}"
        out().print(f"target {design.target:.3g}; true MTD, the level with the rate nearest it: {mtd}", soft_wrap=True)
        known = {key: value for key, value in found.totals().items() if value == value}
        table(("", ""), [(TOTALS[key], f"{value:.4g}") for key, value in known.items()], right=(1,))


@designs_app.command()
def pathways(
    name: Name, target: Target = None, doses: Doses = None, n: Most = None, cohort: Cohort = None, more: More = None,
    toxic: Toxic = None, enough: Enough = None,
    history: Annotated[str, typer.Option(help='Outcomes so far: "1NNN 2NNT".')] = "",
    cohorts: Annotated[int, typer.Option(help="How many cohorts ahead.")] = 2,
    rates: Annotated[str | None, typer.Option(help="True DLT rates, to weigh the paths.")] = None,
    to: To = None,
) -> None:  # fmt: skip
    """Print every way the next cohorts can go, and what the design does in each."""
    from unmoor.trial import dose_finding

    _ending(to)
    design = _design(name, target, doses, n, cohort, more, toxic, enough)
    tree = dose_finding.pathways(design, history, cohorts)
    truth = None if rates is None else _rates(design, rates)
    if to is not None and to.suffix.lower() in PICTURES:
        from unmoor.reporting import Branch, pathways_picture

        chances = [None] * len(tree.steps) if truth is None else tree.chances(truth).tolist()
        branches = [
            Branch(step.parent, step.depth, f"{step.dlt}/{step.size}" if step.size else "now", _follows(design,
            step.next),
                   chance)
            for step, chance in zip(tree.steps, chances, strict=True)
        ]  # fmt: skip
        out().print(str(pathways_picture(branches, f"{name}: the next {cohorts} cohorts", to)), soft_wrap=True)
    elif to is not None:
        write_csv(tree.table(truth), to)
    elif truth is None:
        out().print(tree.text(), soft_wrap=True)
    else:
        _print(tree.table(truth))


def _ending(to: Path | None) -> None:
    """Refuses, before anything is computed, a file that could not be written.

    Raises BadInput.
    """
    if to is not None and to.suffix.lower() not in (".csv", *PICTURES):
        todo = f"end the name in .csv for a table, or in {', '.join(PICTURES)} for a picture where there is one"
        raise BadInput(f"cannot write '{to.name}'", where="--to", todo=todo)


def _rates(design: Any, text: str) -> tuple[float, ...]:
    """True DLT rates of the levels.

    Raises BadInput for a text that is no list, or rates that fall from one level of one agent to the next.
    """
    rates = numbers_of("rates", text)
    combined = design.columns or hasattr(design, "orders")
    for level, (lower, higher) in enumerate(itertools.pairwise(rates), 2):
        if higher < lower and not combined:
            what = f"the true DLT rate falls from {lower:g} to {higher:g} at level {level}"
            raise BadInput(what, where="--rates", todo="list the rates from the lowest dose to the highest")
    return rates


def _follows(design: Any, level: int) -> str:
    return {0: "stop", -1: "wait"}.get(level) or design.label(level)


def _design(
    name: str, target: float | None, doses: str | None, n: int | None, cohort: int | None, more: list[str] | None,
    toxic: float | None, enough: int | None,
) -> Any:  # fmt: skip
    named = {"target": target, "doses": doses, "n": n, "cohort": cohort}
    texts = [f"{key}={value}" for key, value in named.items() if value is not None]
    return design_from(name, [*texts, *(more or [])], toxic, enough)


def write_csv(rows: Any, to: Path) -> None:
    """Write a table as .csv and say where.

    Raises BadInput for another ending.
    """
    from unmoor.base.files import write_whole

    if to.suffix.lower() != ".csv":
        raise BadInput(f"no table in format '{to.suffix}'", where="--to", todo="end the name in .csv")
    out().print(str(write_whole(to, rows.to_csv(index=False))), soft_wrap=True)


def _print(rows: Any) -> None:
    def text(value: Any) -> str:
        if isinstance(value, float):
            return "" if value != value else f"{value:.4g}"
        return "" if value is None else str(value)

    numbers = [i for i, name in enumerate(rows) if name not in ("history", "decision")]
    lines = [[text(value) for value in row] for row in zip(*(rows[name] for name in rows), strict=True)]
    table([name.replace("_", " ") for name in rows], lines, right=numbers, whole=range(len(numbers) + 2))
