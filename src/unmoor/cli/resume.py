"""`unmoor resume`: an interrupted run goes on where it stopped, with nothing to be told but its folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from unmoor.cli.app import app
from unmoor.cli.console import err
from unmoor.cli.run import Cluster, Threads, Workers, busy, finish, report_path, simulated


@app.command()
def resume(
    folder: Annotated[Path, typer.Argument(help="The folder that `unmoor run --out` began to fill.")],
    to: Annotated[Path | None, typer.Option(help="The report, an .html file; as the run asked if not given.")] = None,
    study: Annotated[Path | None, typer.Option(help="Where the study file is now, if it has moved.")] = None,
    threads: Threads = None,
    workers: Workers = 0,
    cluster: Cluster = None,
) -> None:
    """Continue an interrupted run and write its report.

    Only chunks of patients that were not finished are simulated, and the data end as if nothing had happened. Without
    --threads, --workers or --cluster it runs as it did before. A run whose study, model, patients or software have
    changed is refused; one that is complete is only reported.
    """
    from unmoor.base.result import Result
    from unmoor.trial import unfinished

    began = time.perf_counter()
    with busy("reading the run"):
        found = unfinished(folder, study)
    report_to = report_path(to or _asked(found.run), str(found.study.name))
    if found.complete:
        err().print(f"the run in {folder} is complete: nothing to simulate", soft_wrap=True)
        finish(found.study, Result.open(folder), report_to, folder, began)
        return
    err().print(f"{found.finished:,} of {len(found.patients):,} patients are finished in {folder}", soft_wrap=True)
    how = {"threads": threads, "workers": workers, "cluster": cluster}
    if not any(how.values()):
        how = {key: found.run.get(key, how[key]) for key in how}
    remember = {"report": str(report_to.absolute())}
    result, code = simulated(found.study, found.patients, folder, remember, {**how, "chunk": found.chunk})
    if result is None:
        raise typer.Exit(code)
    finish(found.study, result, report_to, folder, began)
    raise typer.Exit(code)


def _asked(run: dict[str, object]) -> Path | None:
    return Path(str(run["report"])) if run.get("report") else None
