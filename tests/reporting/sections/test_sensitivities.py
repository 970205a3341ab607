"""The section on sensitivities: the most telling parameter first, its indices with their intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unmoor.reporting.sections.sensitivities import sensitivities
from unmoor.reporting.table import Table


def test_parameters_stand_in_the_order_of_their_total_index(whole: Any) -> None:
    section = sensitivities(whole)
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert [row[0].text for row in table.rows] == ["plerixafor_typical_central_volume", "plerixafor_renal_ratio"]
    assert (table.rows[0][1].text, table.rows[0][2].small) == ("0.70", "± 0.07")
    assert "20.0 to 45.0" in table.caption
    assert "ng/mL" in table.caption


def test_nothing_asked_is_no_section(whole: Any) -> None:
    assert sensitivities(replace(whole, sensitivities=())) is None
