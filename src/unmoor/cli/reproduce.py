"""`unmoor reproduce`: every published value of the library's studies beside what is simulated."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.cli.app import app
from unmoor.cli.console import err, grid, heading, out
from unmoor.cli.run import report_path

DRAWS, EACH = 60, 100


@app.command()
def reproduce(
    studies: Annotated[
        list[str] | None, typer.Argument(metavar="[STUDY]...", help="Studies to run; all of the library if none.")
    ] = None,
    patients: Annotated[int, typer.Option(min=2, help="Virtual patients under each draw of the parameters.")] = EACH,
    draws: Annotated[
        int, typer.Option(min=1, help="Draws of the posterior; 1 takes the parameters as they are.")
    ] = DRAWS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of patients and trials.")] = 1,
    to: Annotated[Path | None, typer.Option(help="The page (.html); its table is written beside it as .csv.")] = None,
    page: Annotated[Path | None, typer.Option(help="The page as Markdown (.md), for the documentation.")] = None,
) -> None:
    """Simulate published studies and compare every published value.

    Each value stands beside its 90% interval, which holds the sampling of a trial of the published size and the
    uncertainty of the parameters; it was used in fitting or is predicted, and lies inside or not.
    """
    from unmoor.base.files import library_names
    from unmoor.trial import agreement, load_study

    target = report_path(to, "reproduce") if to is not None or page is None else None
    began = time.perf_counter()
    names = studies or library_names("studies", ".yaml")
    asked = [load_study(name) for name in dict.fromkeys(names)]
    if not studies:
        asked = [study for study in asked if study.published]
    table = _tables(asked, patients, draws, seed)
    summary = agreement(table)
    _print(table, summary)
    how = (
        f"{draws} draws of the posterior of {_calibrations(asked)}, at least {patients} virtual patients under each, "
        if draws > 1
        else f"Parameters as they are, {patients} virtual patients, "
    ) + f"seed {seed}; {len(asked)} studies."
    took = f"{len(table)} published values of {len(asked)} studies in {time.perf_counter() - began:.0f} s"
    _write(asked, table, summary, target, page, how, _command(studies, patients, draws, seed, page))
    out().print(took)


def _tables(asked: Sequence[Any], patients: int, draws: int, seed: int) -> Any:
    """The tables of all studies joined, with a bar that says which study is running."""
    import pandas as pd
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from unmoor.trial import reproduce as run

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("studies"),
        TimeElapsedColumn(),
    )
    found = []
    console = err()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("studies", total=len(asked))
        for k, study in enumerate(asked):
            bar.update(task, description=study.name)
            if not console.is_terminal:
                console.print(f"{study.name} ({k + 1} of {len(asked)})")
            posterior = _posterior(study) if draws > 1 else None
            found.append(run(study, posterior, draws=draws, patients=patients, seed=seed))
            bar.advance(task)
    return pd.concat(found, ignore_index=True)


def _posterior(study: Any) -> Any:
    """The posterior of the calibration that the study's values come from."""
    from unmoor.base.errors import BadInput
    from unmoor.calibration import posterior_of

    models = [part.model for part, _ in getattr(study.population, "parts", ())] or [study.model]
    found = posterior_of(models[0])
    if found is None:
        todo = "ask for --draws 1, which takes the parameters as they are"
        raise BadInput(f"no posterior is kept for the model of study '{study.name}'", where=study.file, todo=todo)
    return found


def _calibrations(asked: Sequence[Any]) -> str:
    return " and ".join(dict.fromkeys(f"'{_posterior(study).name}'" for study in asked))


def _print(table: Any, summary: Any) -> None:
    from unmoor.reporting import reproduction_rows

    groups: dict[str, list[tuple[str, ...]]] = {}
    for row in reproduction_rows(table):
        what = row.what if len(row.what) < 62 else row.what[:60] + ".."
        cells = (what, row.arm, row.text("published"), row.text("simulated"), row.span, row.verdict,
                 "used" if row.use == "calibration" else "predicted", row.n)  # fmt: skip
        groups.setdefault(row.study, []).append(cells)
    grid(("", "Arm", "Published", "Simulated", "90% interval", "is", "use", "n"), groups, left=("", "Arm", "is", "use"),
         spare=("n", "Arm"))  # fmt: skip
    heading("Agreement")
    for row in summary.to_dict("records"):
        if not row["values"]:
            continue
        use = {"calibration": "used in fitting", "all": "all"}.get(row["use"], row["use"])
        inside = f"{row['inside']} of {row['with_interval']} inside their 90% interval ({row['share']:.0%})"
        inside += f", {row['wide_inside']} with differences between studies"
        out().print(f"  {use:<16} n = {row['values']:<4} mean fold error {row['mean_fold_error']:.2f}; {inside}")


def _command(studies: Sequence[str] | None, patients: int, draws: int, seed: int, page: Path | None) -> str:
    words = ["unmoor reproduce", *(studies or ())]
    words += [f"--{name} {value}" for name, value, usual in
              (("patients", patients, EACH), ("draws", draws, DRAWS), ("seed", seed, 1)) if value != usual]  # fmt: skip
    return " ".join([*words, *([f"--page {page}"] if page else [])])


def _write(
    asked: Sequence[Any], table: Any, summary: Any, target: Path | None, page: Path | None, how: str, command: str
) -> None:
    from unmoor.base.files import write_whole
    from unmoor.reporting import reproduction, reproduction_markdown

    if target is not None:
        out().print(f"page:  {reproduction(asked, table, summary, target, how=how)}", soft_wrap=True)
        csv = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        out().print(f"table: {write_whole(target.with_suffix('.csv'), csv)}", soft_wrap=True)
    if page is not None:
        written = reproduction_markdown(asked, table, summary, page, how=how, command=command)
        out().print(f"page:  {written}", soft_wrap=True)
