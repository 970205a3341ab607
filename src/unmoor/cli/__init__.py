"""Belongs here if it turns words typed in a shell into calls of public verbs: `main`, one file a command."""

from unmoor.cli import (  # noqa: F401
    adam,
    calibrate,
    check,
    design,
    design_compare,
    export,
    integrate,
    listing,
    plan,
    report,
    reproduce,
    resume,
    run,
    show,
    verify,
)
from unmoor.cli.app import app


def main() -> None:
    """Entry point of the command `unmoor`."""
    app()


__all__ = ["main", "app"]
