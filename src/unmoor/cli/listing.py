"""`unmoor list`: what the library holds."""

from __future__ import annotations

from typing import Annotated

import typer

from unmoor.cli.app import app
from unmoor.cli.console import table
from unmoor.cli.names import SINGULAR, members


@app.command("list")
def list_(
    kind: Annotated[
        str, typer.Argument(metavar="[models|modules|drugs|populations|studies|endpoints]", help="One kind only.")
    ] = "",
) -> None:
    """List what the library holds."""
    for each in [kind] if kind else SINGULAR:
        found = members(each)
        table([each, ""], [(member.name, member.line) for member in found] or [("none", "")])
