"""JSON in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unmoor.base.errors import UnmoorError
from unmoor.planning import Clinic, Count, Pack, Patient, Prices, Session, patient_from, patient_to, read_patient

FULL = Patient(
    weight=78.0, disease="non-Hodgkin lymphoma", age=61.0, sex="female", serum_creatinine=1.1, prior_lines=2,
    prior_radiotherapy=True, prior_lenalidomide=False, ancestry="white",
    counts=(Count("day 4 at 08:00", 9.0, 30.0), Count(100.5, None, 40.0)),
    sessions=(Session("day 5 at 09:00", 1.4, volume=14.0),), doses=("filgrastim 10 ug/kg sc once daily for 4 days",),
    now="day 5 at 16:00", targets=(2.0, 4.0, 6.0), population="nhl-phase3", clinic=Clinic(hours=5.0, most_sessions=3),
    prices=Prices("EUR", 1500.0, {"plerixafor": Pack(24.0, 6000.0)}),
)  # fmt: skip


@pytest.mark.parametrize("patient", [FULL, Patient(weight=60.0, disease="nhl")], ids=["full", "least"])
def test_a_patient_reads_back_as_an_equal_value(patient: Patient) -> None:
    assert patient_from(json.loads(json.dumps(patient_to(patient)))) == patient


BAD = {
    "unknown entry": ({"weight": 78, "disease": "nhl", "wieght": 70}, "did you mean 'weight'"),
    "unknown entry of a count": ({"weight": 78, "disease": "nhl", "counts": [{"time": 80, "cd43": 9}]}, "'cd34'"),
    "missing": ({"disease": "nhl"}, "'weight' is missing"),
    "no time": ({"weight": 78, "disease": "nhl", "counts": [{"cd34": 9}]}, "count 1"),
    "yield without session": ({"weight": 78, "disease": "nhl", "sessions": [{"collected": 1.4}]}, "without a session"),
    "not a list": ({"weight": 78, "disease": "nhl", "counts": {"time": 80}}, "not a list"),
    "not a mapping": ([1, 2], "not a mapping"),
    "target as text": ({"weight": 78, "disease": "nhl", "targets": ["two"]}, "target"),
    "drugs as a list": ({"weight": 78, "disease": "nhl", "prices": {"drugs": [1]}}, "prices"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_patient_is_refused(case: str) -> None:
    content, said = BAD[case]
    with pytest.raises(UnmoorError) as refusal:
        patient_from(content)
    assert said in str(refusal.value)


def test_a_file_is_named_with_the_line_of_its_mistake(tmp_path: Path) -> None:
    file = tmp_path / "patient.json"
    file.write_text('{\n "weight": 78,\n "disease" "nhl"}')
    with pytest.raises(UnmoorError, match=r"patient\.json:3: malformed JSON"):
        read_patient(file)
    with pytest.raises(UnmoorError, match="cannot be read"):
        read_patient(tmp_path / "nobody.json")
    file.write_text(json.dumps(patient_to(FULL)))
    assert read_patient(file) == FULL
