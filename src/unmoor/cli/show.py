"""`unmoor show`: a model, a drug or a study as text - equations, values, units and sources side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmoor.base.errors import BadInput, unknown
from unmoor.cli.app import app

KINDS = ("model", "drug", "study")


@app.command()
def show(
    kind: Annotated[str, typer.Argument(metavar="model|drug|study", help="What it is.")],
    name: Annotated[str, typer.Argument(help="Its name in the library, or a file.")],
    to: Annotated[
        Path | None, typer.Option(help="Of a drug: its page (.html) or its picture (.svg, .png, .pdf) as a file.")
    ] = None,
) -> None:
    """Show a model, a drug or a study.

    Equations beside values, units and sources; the wiring of a model; the arms, rules and published values of a study.
    """
    if to is not None and kind != "drug":
        raise BadInput(f"a {kind} is shown as text only", where="--to", todo="leave it out, or show a drug")
    if kind == "model":
        from unmoor.cli.show_model import show_model

        show_model(name)
    elif kind == "drug":
        from unmoor.cli.show_drug import show_drug

        show_drug(name, to)
    elif kind == "study":
        from unmoor.cli.show_study import show_study

        show_study(name)
    else:
        raise unknown("kind", kind, KINDS)
