from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.reporting import Course, Dot, DrugPage, Exposures, Ratio, drug_page

TIMES = np.linspace(0, 24, 49)
SHOWN = Exposures(
    "teachafor",
    "ng/mL",
    "CXCR4 held",
    (
        Course(
            "teachafor 20 mg sc once",
            TIMES,
            np.exp(-TIMES / 4) * 100,
            np.exp(-TIMES / 9),
            (Dot(1, 90, 70, 110, "held"),),
        ),
    ),
    (Ratio("X1 peak: 100 / 90 ng/mL", 1.11, 0.8, 1.2, "held"),),
)
CONTENT = DrugPage(
    "teachafor: invented",
    (("kinetics", "module two_compartment"),),
    (("clearance", "3", "L/h", "", "assumed", "assumed", ""),),
    (("X1", "peak", "20 mg", "90", "100", "ng/mL", "1.11", "held", "within", "a2000 (seen)", ""),),
    (("a2000", "A (2000)."),),
    SHOWN,
)


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_the_picture_alone_is_a_file_of_its_kind(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = drug_page(CONTENT, tmp_path / f"drug{suffix}")
    assert path.read_bytes().startswith(start)
    again = drug_page(CONTENT, tmp_path / f"again{suffix}")
    assert again.read_bytes() == path.read_bytes()


def test_the_page_holds_every_number_and_the_notice(tmp_path: Path) -> None:
    text = drug_page(CONTENT, tmp_path / "drug.html").read_text(encoding="utf-8")
    for said in ("teachafor: invented", "X1", "a2000 (seen)", "clearance", "not a medical device", "<svg "):
        assert said in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_nothing_published_is_said(tmp_path: Path) -> None:
    bare = DrugPage("t", (), (), (), (), Exposures("t", "ng/mL", "", (Course("t 1 mg iv once", TIMES, TIMES + 1),), ()))
    text = drug_page(bare, tmp_path / "drug.html").read_text(encoding="utf-8")
    assert "No published number was found" in text


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no page in format '\.gif'"):
        drug_page(CONTENT, tmp_path / "drug.gif")
    assert list(tmp_path.iterdir()) == []
