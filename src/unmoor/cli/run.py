"""`unmoor run`: a study, from its file to a report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unmoor.base.errors import UnmoorError
from unmoor.cli.app import INTERRUPTED, REFUSED, app
from unmoor.cli.console import err, fail, out
from unmoor.cli.outcome import print_outcome

if TYPE_CHECKING:
    from unmoor.base.result import Result
    from unmoor.base.stored_result import StoredResult

Threads = Annotated[int | None, typer.Option(min=1, help="Threads; all processors if not given, one per worker.")]
Workers = Annotated[int, typer.Option(min=0, help="Processes to share the patients out to; none if not given.")]
Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A dask.distributed scheduler whose workers simulate.")
]
#: bytes of curves that a run with a folder keeps in memory; larger ones are read back as they are needed
IN_MEMORY = 256_000_000


@app.command()
def run(
    study: Annotated[str, typer.Argument(help="A study of the library or a .yaml file.")],
    patients: Annotated[int, typer.Option(min=1, help="Virtual patients in each arm.")] = 2000,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; the study's own if not given.")] = None,
    to: Annotated[Path | None, typer.Option(help="The report, an .html file; STUDY.html here if not given.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for the simulated data; an interrupted run continues there.")
    ] = None,
    threads: Threads = None,
    workers: Workers = 0,
    cluster: Cluster = None,
) -> None:
    """Simulate a study and write its report.

    Prints the endpoints beside the published ones. Ctrl-C ends the run with the patients finished so far: they are
    evaluated and reported, and kept in --out, where `unmoor resume` continues, after a kill or a full disk too.
    """
    from unmoor.population import sample
    from unmoor.trial import load_study

    report_to = report_path(to, study)
    began = time.perf_counter()
    with busy("reading the study"):
        asked = load_study(study)
    with busy("drawing patients"):
        drawn = sample(asked.population, n=patients, seed=asked.seed if seed is None else seed)
    how = {"threads": threads, "workers": workers, "cluster": cluster}
    result, code = simulated(asked, drawn, folder, {"report": str(report_to.absolute())}, how)
    if result is None:
        raise typer.Exit(code)
    finish(asked, result, report_to, folder, began)
    raise typer.Exit(code)


def finish(asked: Any, result: Any, report_to: Path, folder: Path | None, began: float) -> None:
    """Evaluate, write the report, and print what came out; `began` is when the run did, by time.perf_counter."""
    from unmoor.reporting import report
    from unmoor.trial import evaluate

    took = time.perf_counter() - began
    with busy("evaluating"):
        table = evaluate(asked, result)
    with busy("writing the report"):
        written = report(asked, result, table, to=report_to)
    # last, so that a closed pipe (`unmoor run ... | head`) costs no result
    print_outcome(asked, result, table)
    out().print(f"{result.n * len(result.arms):,} courses in {took:.1f} s; in all {time.perf_counter() - began:.1f} s")
    if folder is not None:
        out().print(f"data:   {folder}", soft_wrap=True)
    out().print(f"report: {written}", soft_wrap=True)


def report_path(to: Path | None, study: str) -> Path:
    """Refuse an impossible report before the simulation, not after it."""
    path = to or Path(f"{Path(study).stem}.html")
    if path.suffix.lower() not in (".html", ".htm"):
        raise UnmoorError(f"a report is written as HTML, not as '{path.name}'", where="--to", todo="end it in .html")
    if path.is_dir():
        raise UnmoorError(f"'{path}' is a folder", where="--to", todo="name a file that ends in .html")
    return path


def simulated(
    study: Any, patients: Any, folder: Path | None, remember: dict[str, Any], how: dict[str, Any]
) -> tuple[Result | StoredResult | None, int]:
    """The result, whole or of the finished patients, and the exit code that goes with it."""
    from unmoor.trial import CannotWrite, Interrupted, simulate

    curves = 4 * len(patients) * len(study.arms) * len(study.outputs) * len(study.times)
    keep = folder is None or curves <= IN_MEMORY
    with _bar(study.title) as progress:
        try:
            found = simulate(study, patients, to=folder, keep=keep, remember=remember, progress=progress, **how)
            return found, 0
        except Interrupted as problem:
            message, result, code = str(problem), problem.result, INTERRUPTED
        except CannotWrite as problem:
            message, result, code = str(problem), problem.result, REFUSED
    fail(message)
    if folder is not None:
        err().print(f"go on with: unmoor resume {folder}", soft_wrap=True)
    if result is not None:
        err().print(f"reporting the {result.n:,} finished patients of each arm; Ctrl-C again stops at once")
    return result, code


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Say what takes a moment, where standard error is a terminal."""
    console = err()
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


@contextmanager
def _bar(title: str) -> Iterator[Any]:
    """A progress bar on a terminal, a line for each tenth elsewhere; yields the `progress(done, total)` to call."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = err()
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TextColumn("courses"), TimeElapsedColumn())
    console.print(title, style="bold", soft_wrap=True)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("simulating", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """Progress where nothing can be redrawn: a line whenever another tenth is done."""

    def __init__(self) -> None:
        self.tenth = -1

    def __call__(self, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > self.tenth:
            self.tenth = tenth
            err().print(f"simulating: {done:,} of {total:,} courses")
