"""`unmoor export`: a whole composed model, values included, for any tool of the field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmoor.cli.app import app
from unmoor.cli.console import out


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="A model of the library, an .ant or an SBML file.")],
    to: Annotated[Path, typer.Option(help="SBML (.xml) or Antimony (.ant).")],
) -> None:
    """Write a composed model with its values as SBML or Antimony."""
    from unmoor import load_model
    from unmoor.model import export_model

    out().print(str(export_model(load_model(name), to)), soft_wrap=True)
