from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.sections import byline, headline
from unmoor.reporting.sections.headline import lowered


def test_the_primary_endpoint_of_each_arm(study: Any, rows: Any) -> None:
    found = headline(study, rows)
    assert [beside for _, _, beside in found] == ["published: 59.3%", "published: 19.6%"]
    assert found[0][1] == "Plerixafor + G-CSF: at least 5 × 10⁶ CD34+ cells/kg in at most 4 sessions"
    estimate = float(rows.iloc[0]["estimate"])
    assert float(found[0][0].rstrip("%")) == pytest.approx(100 * estimate, abs=0.06)


def test_without_a_primary_endpoint_the_first_one_counts(study: Any, rows: Any) -> None:
    none = replace(study, endpoints=tuple(replace(each, primary=False) for each in study.endpoints[3:]))
    found = headline(none, rows)
    assert found[0][1].startswith("Plerixafor + G-CSF: CD34+ in blood just before")
    assert [beside for _, _, beside in found] == ["", ""]


def test_the_byline_says_how_many_and_which_seed(study: Any, result: Any) -> None:
    assert byline(study, result) == (
        "dipersio-2009-nhl: 60 virtual patients in each of 2 arms, model 'mobilisation', seed 3."
    )


def test_a_dose_finding_trial_is_at_the_head_before_its_levels(oncology: Any, oncology_rows: Any) -> None:
    found = headline(oncology, oncology_rows)
    assert found[0][1:] == ("Whole trial: response", "published: 50.0%")
    assert len(found) == 4


@pytest.mark.parametrize(("label", "inside"), [("Blasts", "blasts"), ("M-protein", "M-protein"), ("CD34+", "CD34+")])
def test_names_keep_their_capitals(label: str, inside: str) -> None:
    assert lowered(label) == inside
