from __future__ import annotations

from typing import Any

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.targets import targets
from unmoor.reporting.table import Table


def test_every_session_is_told_as_a_figure_and_as_numbers(study: Any, rows: Any) -> None:
    section = targets(study, rows)
    assert section is not None
    drawing, table = section.blocks
    assert isinstance(drawing, Drawing)
    assert isinstance(table, Table)
    assert [column.title for column in table.columns] == [
        "Arm", "By session 1", "By session 2", "By session 3", "By session 4", "n",
    ]  # fmt: skip
    assert [row[0].text for row in table.rows] == ["Plerixafor + G-CSF", "Placebo + G-CSF"]
    assert table.groups == {0: "Reached 5 × 10⁶ CD34+ cells/kg"}
    known = rows[(rows["endpoint"] == "time-to-5") & (rows["arm"] == "plerixafor")].sort_values("session")
    shares = [float(cell.text.rstrip("%")) for cell in table.rows[0][1:5]]
    assert all(abs(share - 100 * value) < 0.06 for share, value in zip(shares, known["estimate"], strict=True))
    assert f">{known['estimate'].iloc[-1]:.0%}</text>" in drawing.wide


def test_without_times_there_is_no_section(study: Any, rows: Any) -> None:
    assert targets(study, rows[rows["session"].isna()]) is None
