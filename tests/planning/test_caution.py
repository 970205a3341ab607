"""Extrapolation is said, and an ordinary patient gets no warning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmoor.planning import Count, Patient, Plan, plan


def said(patient: Patient) -> str:
    """All cautions of a plan, in one text."""
    return " ".join(plan(patient, patients=1500, only=("stop",)).cautions)


def test_an_ordinary_patient_gets_none_but_that_of_late_sessions(planned: Plan) -> None:
    assert all("as late as day 9" in each for each in planned.cautions)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"age": 84.0}, "age 84 years is outside"),
        ({"weight": 170.0}, "weight 170 kg is outside"),
        (
            {"ancestry": None, "prior_lines": None},
            "Not told, so drawn as population 'nhl' has it: ancestry, prior lines",
        ),
        ({"prior_lenalidomide": True}, "nobody in 'nhl' has prior lenalidomide"),
        ({"creatinine_clearance": 15.0}, "creatinine clearance 15"),
        ({"counts": (Count("day 4 at 07:30", 250.0),)}, "rare in the population"),
        ({"counts": (Count("day 4 at 07:30", 40.0), Count("day 4 at 19:00", 4.0))}, "does not explain"),
    ],
)
def test_extrapolation_is_flagged(changed: dict[str, object], words: str, patient: Patient) -> None:
    assert words in said(replace(patient, **changed))  # type: ignore[arg-type]


def test_few_virtual_patients_are_said(patient: Patient) -> None:
    found = plan(patient, patients=300, only=("stop",))
    assert found.ess < 200
    assert any("Few virtual patients" in each for each in found.cautions)
