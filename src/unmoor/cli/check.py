"""`unmoor check`: every problem of the library or of one file, each with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmoor.base.errors import UnmoorError, unknown
from unmoor.base.files import library_names
from unmoor.cli.app import app
from unmoor.cli.console import out
from unmoor.cli.names import SUFFIXES, every_name, kind_of_file, kinds_of


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME|FILE]", help="A name of the library or a file.")] = "",
) -> None:
    """Check equations, tables, units, names and sources.

    All of the library, or one name or file. Exit code 1 if there are problems.
    """
    todo = _asked(name)
    count = 0
    for kind, each in todo:
        problems = problems_of(kind, each)
        count += len(problems)
        if problems or name:
            one = "study" if kind == "studies" else kind.removesuffix("s")
            out().print(f"{one} {each}: {_count(len(problems))}", soft_wrap=True)
        for problem in problems:
            out().print(f"  {str(problem).replace(chr(10), chr(10) + '  ')}", soft_wrap=True)
    if not name:
        out().print(f"{len(todo)} members checked: {_count(count)}")
    if count:
        raise typer.Exit(1)


def _count(problems: int) -> str:
    return "no problems" if not problems else "1 problem" if problems == 1 else f"{problems} problems"


def _asked(name: str) -> list[tuple[str, str]]:
    """(kind, name or path) of everything to check; modules are checked in the models that import them."""
    if not name:
        kinds = [kind for kind in SUFFIXES if kind != "modules"]
        return [(kind, each) for kind in kinds for each in library_names(kind, SUFFIXES[kind])] + [
            ("references", "all")
        ]
    path = Path(name)
    if path.suffix and path.is_file():
        return [(kind_of_file(path), name)]
    kinds = [kind for kind in kinds_of(name) if kind != "modules"]
    if kinds:
        return [(kind, name) for kind in kinds]
    raise unknown("name", name, every_name())


def problems_of(kind: str, name: str) -> list[UnmoorError]:
    """Everything that keeps a member or a file from being used; empty when nothing does."""
    try:
        if kind == "models":
            from unmoor.model import check_model

            return check_model(name)
        if kind == "drugs":
            from unmoor.dosing import load_drug

            load_drug(name)
        elif kind == "populations":
            from unmoor.population import load_population

            load_population(name)
        elif kind == "studies":
            from unmoor.trial import load_study

            load_study(name)
        else:
            from unmoor.base.sources import bibliography

            bibliography()
    except UnmoorError as problem:
        return [problem]
    return []
