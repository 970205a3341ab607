from __future__ import annotations

from typing import Any

import pytest

from unmoor.base.sources import nature
from unmoor.model import Row
from unmoor.reporting.content import Shares
from unmoor.reporting.sections.parameters import numbers, owner, parameters, spread
from unmoor.reporting.table import Table, exact


def test_every_number_is_told_with_its_source_and_counted(study: Any) -> None:
    section = parameters(study)
    table = next(block for block in section.blocks if isinstance(block, Table))
    shares = next(block for block in section.blocks if isinstance(block, Shares))
    known = numbers(study.model)
    assert len(table.rows) == len(known) == sum(count for _, count, _ in shares.parts)
    assert sorted(row[4].text for row in table.rows) == sorted(row.source or "none" for row in known)
    assert sorted(row[1].text for row in table.rows) == sorted(exact(row.value) for row in known)
    counted = {mark: count for _, count, mark in shares.parts}
    assert counted["assumed"] == sum(nature(row.source) == "assumed" for row in known) > 0
    assert counted["none"] == 0


def test_what_was_not_measured_is_marked(study: Any) -> None:
    table = next(block for block in parameters(study).blocks if isinstance(block, Table))
    for row in table.rows:
        kind = nature(row[4].text)
        assert (kind in row[4].mark.split()) == (kind in ("assumed", "derived", "fitted"))


def test_numbers_are_grouped_by_instance(study: Any) -> None:
    table = next(block for block in parameters(study).blocks if isinstance(block, Table))
    assert table.groups[0] == "mobilisation, the whole"
    assert "plerixafor, an instance of two_compartment" in table.groups.values()


def test_the_longest_instance_owns_a_symbol() -> None:
    instances = {"plerixafor": "two_compartment", "plerixafor_lock": "lock"}
    assert owner("plerixafor_lock_affinity", instances) == "plerixafor_lock"
    assert owner("plerixafor_volume", instances) == "plerixafor"
    assert owner("weight", instances) == ""


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (Row("a", "constant", 1.0, "L"), ""),
        (Row("a", "constant", 1.0, "L", "lognormal", 25.0), "lognormal, CV 25%"),
        (Row("a", "constant", 1.0, "L", "normal", 0.5, 0.0, 2.0), "normal, SD 0.5, 0 to 2"),
        (Row("a", "constant", 1.0, "L", "uniform", None, 0.5, 2.0), "uniform 0.5 to 2"),
    ],
)
def test_the_spread_in_words(row: Row, text: str) -> None:
    assert spread(row) == text
