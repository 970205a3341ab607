"""`unmoor report`: the report of data that a run left in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.cli.app import app
from unmoor.cli.console import out
from unmoor.cli.outcome import print_outcome
from unmoor.cli.run import report_path


@app.command()
def report(
    study: Annotated[str, typer.Argument(help="The study that was run: a name of the library or a .yaml file.")],
    folder: Annotated[Path, typer.Argument(help="The folder that `unmoor run --out` filled, whole or in part.")],
    to: Annotated[Path | None, typer.Option(help="The report, an .html file; STUDY.html here if not given.")] = None,
) -> None:
    """Evaluate and report the data of an earlier run.

    A run that was interrupted is reported with the patients it finished.
    """
    from unmoor.base.result import Result
    from unmoor.reporting import report as write
    from unmoor.trial import evaluate, load_study

    target = report_path(to, study)
    asked: Any = load_study(study)
    result: Any = Result.open(folder)
    table = evaluate(asked, result)
    written = write(asked, result, table, to=target)
    print_outcome(asked, result, table)
    out().print(f"report: {written}", soft_wrap=True)
