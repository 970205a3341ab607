from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.reporting import reproduction_markdown
from unmoor.trial import agreement, load_study, reproduce


def test_the_page_keeps_what_was_written_by_hand(tmp_path: Path) -> None:
    study = load_study("devine-2008")
    table = reproduce(study, None, draws=1, patients=25)
    target = tmp_path / "reproduction.md"
    target.write_text("old\n\n<!-- written by hand from here on -->\n\n## What the misses say\n")
    words = {"how": "One study.", "command": "unmoor reproduce devine-2008"}
    found = reproduction_markdown([study], table, agreement(table), target, **words)
    page = found.read_text(encoding="utf-8")
    assert page.startswith("# Published results, simulated\n\nWritten by `unmoor reproduce devine-2008`")
    assert "| At least 2 × 10⁶ CD34+ cells/kg in one session | plerixafor | 68.0% | 25 |" in page
    assert page.endswith("## What the misses say\n")
    assert "old" not in page.splitlines()
    assert (tmp_path / "images" / "reproduction.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(BadInput, match=r"not 'page\.html'"):
        reproduction_markdown([study], table, agreement(table), tmp_path / "page.html", **words)
