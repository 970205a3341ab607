from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from unmoor.reporting.content import Paragraph
from unmoor.reporting.sections.failures import SHOWN, failures
from unmoor.reporting.table import Table


def test_nobody_failed(result: Any) -> None:
    (block,) = failures(result).blocks
    assert isinstance(block, Paragraph)
    assert block.text == "None: all 120 courses (2 arms of 60 patients) ran to the end."


def test_who_failed_and_why(broken: Any) -> None:
    text, table = failures(broken).blocks
    assert isinstance(text, Paragraph)
    assert isinstance(table, Table)
    assert text.text.startswith("2 of 120 courses stopped before the end.")
    assert [cell.text for cell in table.rows[0]] == [
        "plerixafor", "4", "2", "no step was small enough", "101.25", "cd34_cells_blood",
    ]  # fmt: skip


def test_a_long_list_is_cut_and_says_so(broken: Any) -> None:
    many = replace(broken, failed=pd.concat([broken.failed] * SHOWN, ignore_index=True))
    _, table, note = failures(many).blocks
    assert isinstance(table, Table)
    assert isinstance(note, Paragraph)
    assert len(table.rows) == SHOWN
    assert str(SHOWN) in note.text
