"""The command `unmoor`: what stands in front of every subcommand, and how a refusal ends."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from unmoor.base.errors import UnmoorError
from unmoor.cli.console import fail

REFUSED, INTERRUPTED = 2, 130
ORDER = ("run", "resume", "report", "reproduce", "plan", "check", "list", "show", "integrate", "export")


class Commands(TyperGroup):
    """The group of subcommands: a refusal is one message on stderr and exit code 2, never a traceback."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Subcommands in the order people need them, not in that of the alphabet."""
        found = super().list_commands(ctx)
        return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))

    def invoke(self, ctx: Any) -> Any:
        """Run the subcommand; with --debug an UnmoorError keeps its traceback."""
        try:
            return super().invoke(ctx)
        except UnmoorError as problem:
            if ctx.params.get("debug"):
                raise
            fail(str(problem))
            raise typer.Exit(REFUSED) from problem
        except KeyboardInterrupt as problem:
            if ctx.params.get("debug"):
                raise
            fail("interrupted")
            raise typer.Exit(INTERRUPTED) from problem


app = typer.Typer(
    cls=Commands,
    # plain help: the formatted one imports a Markdown reader and doubles the time of --help
    rich_markup_mode=None,
    name="unmoor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Research software, not a medical device. Exit codes: 0 done, 1 problems found, 2 refused, 130 interrupted.",
)


def _version(asked: bool) -> None:
    if asked:
        from unmoor import __version__

        typer.echo(f"unmoor {__version__}")
        raise typer.Exit


@app.callback()
def unmoor(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Simulate CXCR4-axis therapy from molecule to trial: doses in, a trial report out."""
