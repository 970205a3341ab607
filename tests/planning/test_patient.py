"""What cannot be is refused where it stands, before anything is computed."""

from __future__ import annotations

from typing import Any

import pytest

from unmoor.base.errors import UnmoorError
from unmoor.planning import Clinic, Count, Pack, Patient, Prices, Session
from unmoor.planning.patient import possible

GOOD: dict[str, Any] = {"weight": 78.0, "disease": "non-Hodgkin lymphoma"}
BAD = {
    "weight of nothing": ({"weight": 0.7}, "weight of 0.7 cannot be"),
    "weight in grams": ({"weight": 78000}, "weight"),
    "weight as text": ({"weight": "78"}, "not a number"),
    "not finite": ({"weight": float("nan")}, "not a number"),
    "no disease": ({"disease": " "}, "disease is missing"),
    "unknown sex": ({"sex": "mail"}, "did you mean 'male'"),
    "age": ({"age": 161}, "age of 161"),
    "clearance": ({"creatinine_clearance": -4}, "creatinine_clearance"),
    "two creatinines": ({"creatinine_clearance": 80, "serum_creatinine": 1, "age": 60, "sex": "male"}, "both"),
    "creatinine alone": ({"serum_creatinine": 1.0}, "without age and sex"),
    "umol creatinine": ({"serum_creatinine": 88, "age": 60, "sex": "male"}, "mg/dL"),
    "yes as text": ({"prior_radiotherapy": "yes"}, "true or false"),
    "targets backwards": ({"targets": (5, 2)}, "increasing order"),
    "no target": ({"targets": ()}, "increasing order"),
    "target of cells": ({"targets": (2e6,)}, "target"),
    "empty sample": ({"counts": (Count("day 4 at 08:00"),)}, "no value"),
    "negative count": ({"counts": (Count("day 4 at 08:00", -1),)}, "cd34"),
    "white cells per uL": ({"counts": (Count("day 4 at 08:00", 9, 32000),)}, "10^9 cells/L"),
    "no time": ({"counts": (Count("noon", 9),)}, "count 1: cannot read time"),
    "out of order": ({"counts": (Count("day 5 at 08:00", 9), Count("day 4 at 08:00", 7))}, "count 2: at day 4"),
    "same time twice": ({"counts": (Count("day 4 at 08:00", 9), Count("day 4 at 08:00", 7))}, "not after"),
    "after the decision": ({"counts": (Count("day 5 at 08:00", 9),), "now": "day 4 at 08:00"}, "lies after it"),
    "session unfinished": ({"sessions": (Session("day 5 at 09:00", 1.0),), "now": "day 5 at 10:00"}, "lies after it"),
    "count after a session earlier than the one before": (
        {"sessions": (Session("day 5 at 09:00", 1.0),),
         "counts": (Count("day 5 at 09:00", 20), Count("day 5 at 08:00", 12)), "now": "day 5 at 15:00"}, "not after"),
    "yield without session": ({"sessions": (Session("", 1.4),)}, "yield without a session"),
    "negative yield": ({"sessions": (Session("day 5 at 09:00", -1.4),)}, "collected"),
    "sessions overlap": ({"sessions": (Session("day 5 at 09:00", 1), Session("day 5 at 10:00", 1))}, "session 2"),
    "too many sessions": (
        {"sessions": tuple(Session(f"day {d} at 09:00", 1) for d in range(5, 10))}, "at most 4 are allowed"),
    "clock": ({"clinic": Clinic(gcsf="25:00")}, "no clock shows"),
    "no sessions allowed": ({"clinic": Clinic(most_sessions=0)}, "most_sessions"),
    "smaller volume": ({"clinic": Clinic(larger=0.5)}, "larger"),
    "perfect assay": ({"clinic": Clinic(count_cv=0)}, "count_cv"),
    "negative price": ({"prices": Prices(session=-1)}, "price of session"),
    "empty pack": ({"prices": Prices(drugs={"plerixafor": Pack(0, 10)})}, "pack of plerixafor"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    changed, said = BAD[case]
    with pytest.raises(UnmoorError) as refusal:
        Patient(**(GOOD | changed))
    assert said in str(refusal.value)


def test_the_decision_is_the_last_thing_known() -> None:
    patient = Patient(**GOOD, counts=(Count("day 4 at 08:00", 9),), sessions=(Session("day 5 at 09:00", 1, hours=4),))
    assert patient.hour == 4 * 24 + 13
    assert Patient(**GOOD, now="day 3 at 12:00").hour == 60


def test_a_number_within_its_range_is_itself() -> None:
    assert possible("weight", 78, "patient") == 78.0
