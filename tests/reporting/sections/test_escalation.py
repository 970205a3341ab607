from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unmoor.reporting.content import Facts, Heading
from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.escalation import dose_escalation
from unmoor.reporting.table import Table


@pytest.fixture(scope="module")
def found(oncology: Any, displays: Any) -> Any:
    return dose_escalation(oncology, displays)


def test_what_limits_the_dose_is_said(found: Any, displays: Any) -> None:
    facts = dict(next(block.pairs for block in found.blocks if isinstance(block, Facts)))
    assert facts["Dose-limiting toxicity"] == "rash grade at or above 3, within 21 days of the first dose"
    run = displays.whole.escalation
    share = f"{float((run.recommended == 2).mean()):.0%}"
    assert facts["Published choice"] == (
        f"320 µg/kg (none, dipersio2009nhl); chosen. Recommended in {share} of the trials."
    )


def test_the_figure_shows_trials_and_shares(found: Any, displays: Any) -> None:
    (drawing,) = [block for block in found.blocks if isinstance(block, Drawing)]
    run = displays.whole.escalation
    often = max((1, 2, 3), key=lambda level: int((run.recommended == level).sum()))
    share = float((run.recommended == often).mean())
    assert f">One of the {share:.0%} of trials that recommend {run.plan.levels[often - 1]}</text>" in drawing.wide
    assert ">Chosen in 1,000 trials</text>" in drawing.narrow
    assert ">published choice</text>" in drawing.wide


def test_the_table_holds_the_levels_and_none(found: Any, displays: Any) -> None:
    first, designs = (block for block in found.blocks if isinstance(block, Table))
    rates = displays.whole.escalation.toxicity.rates
    assert [row[1].text for row in first.rows] == ["–", *(f"{100 * rate:.1f}" for rate in rates)]
    assert [row[0].text for row in designs.rows] == ["three-plus-three", "boin"]
    for row in designs.rows:
        assert sum(float(cell.text) for cell in row[1:5]) == pytest.approx(100, abs=0.3)


def test_without_alternatives_nothing_is_compared(oncology: Any, oncology_result: Any) -> None:
    plan = replace(oncology.escalation, designs=oncology.escalation.designs[:1], published=None)
    alone = replace(oncology, escalation=plan)
    found = dose_escalation(alone, alone.displays(oncology_result))
    assert found is not None
    assert not [block for block in found.blocks if isinstance(block, Heading)]
    assert ("Published choice", "not given") in next(block.pairs for block in found.blocks if isinstance(block, Facts))


def test_a_study_without_levels_has_no_such_section(study: Any, result: Any) -> None:
    assert dose_escalation(study, study.displays(result)) is None
