"""Provenance as pairs of words: what the result recorded, and the program that wrote the report."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

WRITERS = ("matplotlib", "jinja2", "numpy", "pandas", "xarray")


def facts(study: Any, result: Any) -> list[tuple[str, str]]:
    """(term, text) for everything in `result.provenance`, then for this program, machine and command.

    What was rejected has a table of its own in the section on patients.
    """
    found = list(_flat({name: value for name, value in result.provenance.items() if name != "rejected"}))
    terms = {term.casefold() for term, _ in found}
    own = [
        ("Study file", Path(str(study.file)).name),
        ("Report written", datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")),
        ("Report written by", ", ".join(f"{name} {number}" for name, number in _versions())),
        ("Python", platform.python_version()),
        ("Machine", f"{platform.system()} {platform.machine()}"),
        ("CPU", cpu()),
        ("Command", command()),
    ]
    return [*found, *((term, text) for term, text in own if text and term.casefold() not in terms)]


def _flat(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if value in (None, "", [], {}):
            continue
        yield name.replace("_", " ").capitalize(), words(value)


def words(value: Any) -> str:
    """A plain JSON value as text: a mapping has a line for each entry."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {words(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(words(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def _versions() -> Iterator[tuple[str, str]]:
    from unmoor import __version__

    yield "unmoor", __version__
    for name in WRITERS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def cpu() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def command() -> str:
    """The command line that is running, the program by its name alone."""
    name = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else ""
    return shlex.join([name, *sys.argv[1:]]) if name == "unmoor" else name
