"""The report of a calibration: one HTML file, or a page with its pictures; what was written by hand stays."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.errors import BadInput
from unmoor.reporting import calibration_page, calibration_report
from unmoor.reporting.calibration import MARK


def test_the_report_is_one_file_with_every_section(whole: Any, tmp_path: Path) -> None:
    text = calibration_report(whole, tmp_path / "report.html").read_text(encoding="utf-8")
    for title in ("What was fitted to what", "Parameters", "What can be told apart", "Global sensitivity"):
        assert f"{title}</h2>" in text
    assert "not a medical device" in text
    assert "calibration report" in text
    assert not re.findall(r'(?:src|href)="(?!#|data:)', text)
    assert "A3" in text


def test_the_page_has_its_pictures_beside_it(whole: Any, tmp_path: Path) -> None:
    page = calibration_page(whole, tmp_path / "calibration.md")
    text = page.read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((images/[^)]+)\)", text)
    assert "images/small-agreement.svg" in pictures
    for name in pictures:
        assert (tmp_path / name).read_text(encoding="utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert MARK not in text
    assert calibration_page(whole, tmp_path / "again.md").read_text(encoding="utf-8") == text


def test_what_was_written_by_hand_stays(whole: Any, tmp_path: Path) -> None:
    page = tmp_path / "calibration.md"
    page.write_text(f"old\n\n{MARK}\n\n## Predictions\n\nkept\n", encoding="utf-8")
    text = calibration_page(whole, page).read_text(encoding="utf-8")
    assert text.endswith(f"{MARK}\n\n## Predictions\n\nkept\n")
    assert "old" not in text.splitlines()


def test_another_suffix_is_refused(whole: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="HTML"):
        calibration_report(whole, tmp_path / "report.pdf")
    with pytest.raises(BadInput, match="Markdown"):
        calibration_page(whole, tmp_path / "report.html")
