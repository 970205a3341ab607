"""What README and docs/ tell a reader to type is typed here, in a copy of the checkout, top to bottom.

A fenced block is run by its language: `python` in one namespace for the whole page, `sh` line by line, and a block
whose fence names a file (```yaml path/to/file.yaml) is written there. Other blocks are shown, not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)?[ \t]*([^\n`]*)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
RUNNER = """
import pathlib, shlex, subprocess, sys
space = {"__name__": "__main__"}
for kind, content in BLOCKS:
    if kind == "python":
        exec(compile(content, PAGE, "exec"), space)
    elif kind == "sh":
        for line in content.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == "unmoor":
                subprocess.run([sys.executable, "-m", "unmoor", *words[1:]], check=True)
            elif words and words[0] == "make":
                subprocess.run(["make", "-n", *words[1:]], check=True, stdout=subprocess.DEVNULL)
            elif words and words[:3] == ["python", "-m", "pytest"]:
                subprocess.run([sys.executable, *words[1:]], check=True)
            elif words and words[0] not in ("git", "cd"):
                raise SystemExit(f"a shell line that this test cannot vouch for: {line}")
    else:
        path = pathlib.Path(kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
"""


def blocks(text: str) -> list[tuple[str, str]]:
    """(kind, content) of the blocks to act on: kind is python, sh, or the path of a file to write."""
    found = [(language or "", name.strip(), content) for language, name, content in FENCE.findall(text)]
    return [(name or language, content) for language, name, content in found if name or language in ("python", "sh")]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout that a page may write to."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("src", "tests", "examples", "benchmarks"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "Makefile", "README.md", "requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_code_of_a_page_runs(page: Path, checkout: Path) -> None:
    todo = blocks(page.read_text(encoding="utf-8"))
    program = f"BLOCKS = {todo!r}\nPAGE = {page.name!r}\n{RUNNER}"
    environment = os.environ | {"PYTHONPATH": str(checkout / "src"), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{page.name}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    dead = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not dead


def test_blocks_are_read() -> None:
    fences = [("python", "x = 1"), ("yaml drugs/a.yaml", "name: a"), ("", "shown"), ("sh", "make demo")]
    text = "".join(f"words\n```{opening}\n{content}\n```\n" for opening, content in fences)
    assert blocks(text) == [("python", "x = 1\n"), ("drugs/a.yaml", "name: a\n"), ("sh", "make demo\n")]
