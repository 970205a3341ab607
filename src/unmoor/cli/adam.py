"""`unmoor adam`: the data of a run as CDISC ADaM data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.cli.app import app
from unmoor.cli.console import out


@app.command()
def adam(
    study: Annotated[str, typer.Argument(help="The study that was run: a name of the library or a .yaml file.")],
    folder: Annotated[Path, typer.Argument(help="The folder that `unmoor run --out` filled.")],
    to: Annotated[Path, typer.Option(help="The folder for the data sets.")],
    toxicity: Annotated[str, typer.Option(help="Version of CTCAE for laboratory grades, v5 or v6.")] = "v5",
    trial: Annotated[
        int | None, typer.Option(min=0, help="One simulated dose-finding trial, by number; else all virtual patients.")
    ] = None,
) -> None:
    """Write ADSL, ADPC, ADLB, ADRS, ADTTE and ADAE of an earlier run, as Parquet and SAS transport files."""
    from unmoor.base.result import Result
    from unmoor.trial import adam_data, load_study, write_adam

    asked: Any = load_study(study)
    data = adam_data(asked, Result.load(folder), toxicity=toxicity, trial=trial)
    for path in write_adam(data, to):
        out().print(f"{path}", soft_wrap=True)
