"""How the commands print: tables and messages by rich, imported only when something is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def out() -> Console:
    """The console of standard output; wide when the output is a file, so that no table is folded there."""
    return _console(stderr=False)


def err() -> Console:
    """The console of standard error: progress and messages, so that standard output can be piped."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, markup=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, markup=False, width=200)


def fail(message: str) -> None:
    """One message on standard error."""
    err().print(f"unmoor: {message}", soft_wrap=True)


def heading(text: str) -> None:
    """A line above a table or a list."""
    out().print(text, style="bold", soft_wrap=True)


def table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), whole: Iterable[int] = ()
) -> None:
    """A table on standard output; `right` are the indices of right-aligned columns, `whole` of those never folded."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    numbers, unfolded = set(right), {*right, *whole}
    for i, name in enumerate(titles):
        drawn.add_column(name, justify="right" if i in numbers else "left", overflow="fold", no_wrap=i in unfolded)
    for row in rows:
        drawn.add_row(*(Text(text) for text in row))
    out().print(drawn)


def grid(
    heads: Sequence[str], groups: Mapping[str, Sequence[Sequence[str]]], *, left: Sequence[str], spare: Sequence[str]
) -> None:
    """Rows under group titles, which may be as long as the line; `spare` columns go, in order, where room is short."""
    console = out()
    columns = list(range(len(heads)))
    every = [row for rows in groups.values() for row in rows]
    widths = [max(len(heads[i]), *(len(row[i]) for row in every)) for i in columns]
    for name in spare:
        if sum(widths[i] + 2 for i in columns) > console.width and name in heads:
            columns.remove(heads.index(name))

    def line(cells: Sequence[str]) -> str:
        texts = [cells[i].ljust(widths[i]) if heads[i] in left else cells[i].rjust(widths[i]) for i in columns]
        return "  " + "  ".join(texts).rstrip()

    console.print(line(heads), style="dim", soft_wrap=True)
    for title, rows in groups.items():
        console.print(title, style="bold", soft_wrap=True)
        for row in rows:
            console.print(line(row), soft_wrap=True)
