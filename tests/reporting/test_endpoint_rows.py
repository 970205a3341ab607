from __future__ import annotations

import math
from typing import Any

import pytest

from unmoor.reporting import endpoint_rows


def test_every_row_of_the_table_is_there(study: Any, rows: Any) -> None:
    made = endpoint_rows(study, rows)
    assert [(row.endpoint, row.arm) for row in made] == list(zip(rows["endpoint"], rows["arm"], strict=True))


def test_shares_are_percentages_and_their_difference_is_points(study: Any, rows: Any) -> None:
    made = endpoint_rows(study, rows)
    raw = rows.to_dict("records")
    share, difference, ratio = made[0], made[2], made[3]
    assert share.values["estimate"] == pytest.approx(100 * raw[0]["estimate"])
    assert share.text("published") == "59.3%"
    assert share.span("published") == "51.3 to 66.9"
    assert (difference.title, difference.unit) == ("Difference", "points")
    assert difference.values["published"] == pytest.approx(100 * (89 / 150 - 29 / 148))
    assert (ratio.title, ratio.unit) == ("Ratio", "")
    assert ratio.values["published"] == pytest.approx(89 / 150 / (29 / 148))


def test_other_units_stay(study: Any, rows: Any) -> None:
    made = {row.endpoint: row for row in endpoint_rows(study, rows)}
    assert made["pre-count"].text("estimate").endswith(" cells/µL")
    assert made["all-sessions"].text("estimate").endswith(" × 10⁶ cells/kg")
    assert made["fold-increase"].unit == ""


def test_nothing_published_is_no_text_and_no_verdict(study: Any, rows: Any) -> None:
    made = {row.endpoint: row for row in endpoint_rows(study, rows)}["pre-count"]
    assert (made.text("published"), made.span("published"), made.published_n) == ("", "", "")
    assert math.isnan(made.values["published"])
    assert made.inside is None


def test_sessions_are_numbers_and_failures_are_counted(study: Any, broken: Any) -> None:
    from unmoor.trial import evaluate

    made = endpoint_rows(study, evaluate(study, broken))
    assert [row.session for row in made if row.endpoint == "time-to-5"][:4] == [1, 2, 3, 4]
    assert {row.failed for row in made if row.arm == "plerixafor"} == {2}
    assert {row.failed for row in made if row.arm == "placebo"} == {0}


def test_a_whole_dose_finding_trial_is_an_arm_and_no_comparison(study: Any, rows: Any) -> None:
    first = endpoint_rows(study, rows)[0]
    made = endpoint_rows(study, rows.head(1).assign(arm="trial"))[0]
    assert (made.title, made.compares, made.unit) == ("Whole trial", False, first.unit)
    assert made.values["estimate"] == first.values["estimate"]


def test_a_median_that_is_not_reached_says_so(oncology: Any, oncology_rows: Any) -> None:
    late = oncology_rows.copy()
    late.loc[late["endpoint"] == "duration", "estimate"] = math.inf
    texts = {row.text("estimate") for row in endpoint_rows(oncology, late) if row.endpoint == "duration"}
    assert texts == {"not reached"}


def test_a_share_of_trials_is_a_percentage_beside_a_rho_that_is_none(study: Any, rows: Any) -> None:
    other = rows.head(2).copy()
    other["statistic"] = ["Spearman rank correlation", "share of 2000 trials with rho below 0 and P <= 0.002"]
    other["estimate"] = [-0.4, 0.25]
    rho, share = endpoint_rows(study, other)
    assert (rho.values["estimate"], share.values["estimate"]) == (-0.4, 25.0)
    assert share.text("estimate") == "25.0%"
