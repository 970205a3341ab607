from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from unmoor.base.errors import BadInput
from unmoor.reporting import reproduction
from unmoor.trial import agreement, load_study, reproduce


@pytest.fixture(scope="module")
def made() -> tuple[list[Any], Any, Any]:
    """Two small studies without the doubt in the parameters."""
    studies = [load_study(name) for name in ("liles-2003", "devine-2008")]
    table = pd.concat([reproduce(study, None, draws=1, patients=30) for study in studies], ignore_index=True)
    return studies, table, agreement(table)


def test_the_page_holds_every_value_and_says_what_it_is(made: tuple[list[Any], Any, Any], tmp_path: Path) -> None:
    path = reproduction(*made, tmp_path / "page.html", how="Two studies, seed 1.")
    page = path.read_text(encoding="utf-8")
    for evidence in made[1]["evidence"]:
        assert evidence in page
    for study in made[0]:
        assert study.title in page
    assert "Two studies, seed 1." in page
    assert "not a medical device" in page
    assert "geometric mean fold error" in page
    assert page.count("<svg") == 4  # two figures, each for a wide and a narrow page
    assert 'id="ref-liles2003"' in page
    assert reproduction(*made, tmp_path / "again.html", how="Two studies, seed 1.").read_text() == page


def test_another_format_is_refused(made: tuple[list[Any], Any, Any], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"not as 'page\.pdf'"):
        reproduction(*made, tmp_path / "page.pdf", how="")
