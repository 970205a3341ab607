"""`unmoor verify`: what the engine computes, held against published answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmoor.cli.app import app
from unmoor.cli.console import err, heading, out, table

commands = typer.Typer(no_args_is_help=True)
app.add_typer(commands, name="verify", help="Hold what is computed against published answers.")


@commands.callback()
def verify() -> None:
    """Hold what is computed against published answers."""


@commands.command()
def sbml(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Holds a folder for each case of the SBML test suite.")],
    to: Annotated[Path | None, typer.Option(help="A Markdown page (.md) to write.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
) -> None:
    """Compute the SBML semantic test suite and count passed, refused and wrong by feature.

    Exit code 1 if anything is wrong.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from unmoor import __version__
    from unmoor.base.files import write_whole
    from unmoor.verification import page, reasons, rows, verify_sbml

    columns = (TextColumn("cases"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task("cases", total=None)
        findings = verify_sbml(
            folder, workers=workers, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    counted = [(name, *map(str, counts)) for name, *counts in rows(findings)]
    table(("feature", "cases", "passed", "refused", "wrong"), counted, right=range(1, 5))
    for verdict in ("refused", "wrong"):
        found = reasons(findings, verdict)
        if found:
            heading(verdict)
        for reason, cases in found.items():
            out().print(f"  {reason}: {', '.join(cases)}", soft_wrap=True)
    if to is not None:
        out().print(str(write_whole(to, page(findings, __version__))), soft_wrap=True)
    if any(each.verdict == "wrong" for each in findings):
        raise typer.Exit(1)
