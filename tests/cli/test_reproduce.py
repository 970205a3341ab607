from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from unmoor.calibration import posterior_of
from unmoor.model import load_model

KEPT = posterior_of(load_model("mobilisation")) is not None
SMALL = ("--patients", 15, "--draws", 3)


@pytest.mark.skipif(not KEPT, reason="the library keeps no posterior of this calibration")
def test_two_small_studies_from_words_to_pages(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    words = (
        "reproduce",
        "liles-2003",
        "devine-2008",
        *SMALL,
        "--to",
        tmp_path / "page.html",
        "--page",
        tmp_path / "page.md",
    )
    answer = unmoor(*words)
    assert answer.exit_code == 0, answer.stderr
    assert "devine-2008 (2 of 2)" in answer.stderr
    assert "predicted        n = 1" in answer.stdout
    assert "used in fitting  n = 4" in answer.stdout
    table = pd.read_csv(tmp_path / "page.csv")
    assert list(table["evidence"]) == ["PPD001", "PPD002", "PPD003", "PPD004", "ALO001"]
    assert table["lower"].notna().all()
    assert "3 draws of the posterior of" in (tmp_path / "page.html").read_text(encoding="utf-8")
    markdown = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "unmoor reproduce liles-2003 devine-2008 --patients 15 --draws 3 --page" in markdown


def test_one_draw_takes_the_parameters_as_they_are(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("reproduce", "devine-2008", "--draws", 1, "--patients", 30, "--page", tmp_path / "page.md")
    assert answer.exit_code == 0
    assert "Parameters as they are" in (tmp_path / "page.md").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.html"))


def test_without_a_posterior_it_says_what_to_do(
    unmoor: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmoor.calibration.posterior_of", lambda model: None)
    answer = unmoor("reproduce", "devine-2008", "--page", tmp_path / "page.md")
    assert answer.exit_code == 2
    assert "ask for --draws 1" in answer.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("no-such-study",), "unknown study 'no-such-study'"),
        (("devine-2008", "--to", "page.pdf"), "not as 'page.pdf'"),
        (("devine-2008", "--patients", "1"), "greater than or equal to 2"),
    ],
)
def test_what_cannot_be_meant_is_refused(unmoor: Callable[..., Any], words: tuple[str, ...], message: str) -> None:
    answer = unmoor("reproduce", *words)
    assert answer.exit_code == 2
    assert message in answer.stderr
