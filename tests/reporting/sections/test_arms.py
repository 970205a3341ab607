from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmoor.reporting.figures import Drawing
from unmoor.reporting.sections.arms import _decisions, _lanes, amount, arms


def test_lanes_show_the_share_of_patients_who_had_each_dose_and_session(study: Any, result: Any) -> None:
    for arm in study.arms:
        lanes = {lane.name: lane for lane in _lanes(study, result, arm)}
        drug = "plerixafor" if arm.name == "plerixafor" else "placebo for plerixafor"
        assert list(lanes) == ["filgrastim", drug, "apheresis"]
        performed = result.sessions["performed"].sel(arm=arm.name).values
        shares = [mark.share for mark in lanes["apheresis"].marks]
        assert shares == pytest.approx(performed.mean(axis=0))
        given = result.doses[(result.doses["arm"] == arm.name) & (result.doses["drug"] == drug)]
        for mark in lanes[drug].marks:
            there = np.isclose(given["time"].to_numpy(), mark.time)
            assert mark.share == pytest.approx(there.sum() / 60)
        # the evening dose is given for the session that follows it
        assert [mark.share for mark in lanes[drug].marks] == pytest.approx(shares)
        assert shares[0] == 1.0
        assert shares[-1] < 1.0


def test_the_dose_is_told_in_the_words_of_the_study(study: Any) -> None:
    assert amount(study.arms[0], "plerixafor") == "0.24 mg/kg sc"
    assert amount(study.arms[0], "filgrastim") == "10 µg/kg sc"
    assert amount(study.arms[0], "somebody else's drug") == ""


def test_decisions_are_when_a_session_ends(study: Any) -> None:
    procedure = study.procedures[0]
    assert _decisions(study) == pytest.approx([start + procedure.duration for start in procedure.starts])


def test_the_section_is_one_figure(study: Any, result: Any) -> None:
    (block,) = arms(study, result).blocks
    assert isinstance(block, Drawing)
    assert "placebo for plerixafor" in block.wide
