from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from unmoor import __version__
from unmoor.base.errors import UnknownName
from unmoor.cli import app
from unmoor.cli.app import ORDER

HEAVY = {
    "numpy", "pandas", "xarray", "scipy", "numba", "llvmlite", "matplotlib", "jinja2", "pint", "libsbml", "antimony",
    "pyarrow", "pydantic", "yaml", "dask", "distributed",
    "unmoor.model", "unmoor.engine", "unmoor.trial", "unmoor.reporting",
}  # fmt: skip
HELP = """
import sys
sys.argv = ["unmoor", *{words}]
from unmoor.cli import main
try:
    main()
except SystemExit as end:
    print("modules:", *sorted(set(sys.modules) & {heavy}), file=sys.stderr)
    sys.exit(end.code)
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["show", "--help"], []])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = HELP.format(words=words, heavy=HEAVY)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode in (0, 2 if not words else 0)
    (modules,) = (line.split()[1:] for line in ran.stderr.splitlines() if line.startswith("modules:"))
    # typer itself reads the types of a subcommand's options with pydantic
    assert set(modules) <= ({"pydantic"} if words[1:] else set())
    # without words the usage is an answer to a mistake, so it goes where errors go
    assert "unmoor" in (ran.stdout if words else ran.stderr).splitlines()[0] + ran.stdout


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["design", "list"], set()),
        (["design", "table", "boin", "--target", "0.3", "--doses", "5"], {"numpy"}),
        (["design", "next", "crm", "1NNN 2NNT", "--target", "0.25", "--set", "skeleton=0.1,0.25,0.4"], {"numpy"}),
    ],
)
def test_a_design_waits_only_for_what_it_needs(words: list[str], needed: set[str]) -> None:
    code = HELP.format(words=words, heavy=HEAVY - {"unmoor.trial", "pydantic"})
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0
    assert set(ran.stderr.split()[1:]) == needed


def test_the_rule_sees_a_heavy_import() -> None:
    code = HELP.format(words=["list", "studies"], heavy=HEAVY)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "yaml" in ran.stderr.split()


def test_the_version(unmoor: Callable[..., Any]) -> None:
    assert unmoor("--version").stdout == f"unmoor {__version__}\n"


def test_commands_stand_in_the_order_people_need_them(unmoor: Callable[..., Any]) -> None:
    text = unmoor("--help").stdout
    listed = re.findall(r"^\W*(\w+)  ", text[text.index("Commands") :], re.MULTILINE)
    assert [name for name in listed if name in ORDER] == list(ORDER)
    assert "not a medical device" in text


def test_an_unknown_command_is_refused(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("rnu", "dipersio-2009-nhl")
    assert answer.exit_code == 2
    assert "rnu" in answer.stderr
    assert answer.stdout == ""


def test_a_refusal_is_one_message_and_no_traceback(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("run", "dipersio-2009-nlh", "--patients", 5)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("unmoor: unknown study 'dipersio-2009-nlh'\n  did you mean 'dipersio-2009-nhl'?")
    assert "Traceback" not in answer.stderr


def test_debug_keeps_the_traceback(unmoor: Callable[..., Any]) -> None:
    with pytest.raises(UnknownName):
        unmoor("--debug", "show", "drug", "plerixafro")


def test_an_unforeseen_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    import unmoor.cli.listing as listing

    def broken(kind: str) -> list[Any]:
        raise ZeroDivisionError(kind)

    monkeypatch.setattr(listing, "members", broken)
    answer = CliRunner().invoke(app, ["list", "models"])
    assert isinstance(answer.exception, ZeroDivisionError)


def test_python_m_unmoor_is_the_command(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "unmoor", "--version"], capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, f"unmoor {__version__}\n")
