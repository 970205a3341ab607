"""Belongs here if it turns words typed in a shell into calls of public verbs: `main`, one file a command."""

from unmoor.cli import check, design, export, integrate, listing, report, reproduce, resume, run, show, verify  # noqa: F401  each adds its command
from unmoor.cli.app import app


def main() -> None:
    """Entry point of the command `unmoor`."""
    app()


__all__ = ["main", "app"]
