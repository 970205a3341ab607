from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.content import Heading, Paragraph
from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.endpoints import _by_row, endpoints
from unmoor.reporting.table import Table


@pytest.fixture(scope="module")
def blocks(study: Any, rows: Any) -> tuple[Any, ...]:
    return endpoints(study, rows).blocks


@pytest.fixture(scope="module")
def tables(blocks: tuple[Any, ...]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def test_published_values_stand_beside_simulated_ones(tables: list[Table]) -> None:
    beside, _ = tables
    assert list(beside.groups.values()) == [
        "At least 5 × 10⁶ CD34+ cells/kg in at most 4 sessions (primary)",
        "At least 2 × 10⁶ CD34+ cells/kg in at most 4 sessions",
        "Fold increase of CD34+ in blood, day before to morning of the first session",
    ]
    assert list(beside.groups) == [0, 4, 8]
    first = beside.rows[0]
    assert first[0].text == "Plerixafor + G-CSF"
    assert (first[3].text, first[3].small) == ("59.3%", "51.3 to 66.9\nn = 150")
    assert first[4].small == "not used in fitting"
    assert beside.rows[8][4].small == "used in fitting"
    assert (first[5].text, first[5].small) == ("60", "0 failed")
    assert (first[6].text, first[6].link) == ("PH3011", "#ref-dipersio2009nhl")


def test_a_verdict_is_words_and_a_mark(study: Any, rows: Any) -> None:
    changed = rows.copy()
    changed.loc[0, "verdict"] = "inside"
    changed.loc[1, "verdict"] = "published is lower"
    beside = next(block for block in endpoints(study, changed).blocks if isinstance(block, Table))
    assert [(row[4].text, row[4].mark) for row in beside.rows[:2]] == [
        ("inside", "inside"),
        ("published is lower", "outside"),
    ]


def test_notes_are_lettered_once(blocks: tuple[Any, ...], tables: list[Table]) -> None:
    notes = [block.text for block in blocks if isinstance(block, Paragraph) and block.text.startswith("Notes:")]
    assert len(notes) == 1
    beside = tables[0]
    letters = {row[0].small.removeprefix("note ") for row in beside.rows if row[0].small}
    assert letters
    assert all(f"({letter})" in notes[0] for letter in letters)
    assert notes[0].count("recalled, not read again in its source") == 1


def test_the_other_endpoints_have_a_column_for_each_arm(tables: list[Table], rows: Any) -> None:
    _, others = tables
    assert [column.title for column in others.columns] == ["Endpoint", "Plerixafor + G-CSF", "Placebo + G-CSF"]
    known = set(rows[rows["published"].notna()]["endpoint"])
    wanted = rows[~rows["endpoint"].isin(known) & rows["session"].isna()]["endpoint"].nunique()
    assert len(others.rows) == wanted
    assert "0 failed" in others.rows[0][1].small
    assert "predicted " in others.rows[0][1].small


def test_many_arms_have_a_row_each(study: Any, rows: Any) -> None:
    from unmoor.reporting.endpoint_rows import endpoint_rows

    made = [row for row in endpoint_rows(study, rows) if row.endpoint in ("pre-count", "peak")]
    table = _by_row(made)
    assert len(table.rows) == 4
    assert list(table.groups) == [0, 2]


def test_without_published_values_there_is_no_comparison(study: Any, rows: Any) -> None:
    bare = rows[rows["endpoint"] == "pre-count"]
    only = replace(study, endpoints=tuple(each for each in study.endpoints if each.name == "pre-count"))
    blocks = endpoints(only, bare).blocks
    assert not any(isinstance(block, Drawing) for block in blocks)
    assert [block.text for block in blocks if isinstance(block, Heading)] == ["All endpoints"]


def test_the_figure_shows_arms_with_a_published_value(blocks: tuple[Any, ...]) -> None:
    drawing = next(block for block in blocks if isinstance(block, Drawing))
    assert "Difference" not in drawing.wide
    assert "Fold increase of CD34+ in blood" in drawing.wide
    assert "Hours from the first" not in drawing.wide


def test_of_many_arms_the_published_stand_alone_and_the_rest_in_a_grid(oncology: Any, oncology_rows: Any) -> None:
    beside, rest = (block for block in endpoints(oncology, oncology_rows).blocks if isinstance(block, Table))
    published = [row for row in oncology_rows.to_dict("records") if row["published"] == row["published"]]
    assert [row[0].small.partition(",")[0] for row in beside.rows] == ["Whole trial"] * len(published)
    assert beside.rows[0][0].text == "Response (primary)"
    assert not beside.groups
    assert [column.title for column in rest.columns] == ["Endpoint", "low", "middle", "high", "once", "trial"]
    assert "once: 240 ug/kg and 20 ug/kg" in rest.caption
    folds = next(row for row in rest.rows if row[0].text == "T cells in blood")
    assert all(cell.text for cell in folds[1:])
    durations = next(row for row in rest.rows if row[0].text == "Duration of response")
    assert durations[1].small.endswith("n = 33")
    assert durations[5].text == ""  # the whole trial's duration is published, and stands above
