from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.cli.show_study import show_study
from unmoor.trial import load_study


def test_arms_rules_endpoints_and_published_values(capsys: pytest.CaptureFixture[str]) -> None:
    show_study("dipersio-2009-nhl")
    text = capsys.readouterr().out
    study = load_study("dipersio-2009-nhl")
    assert text.startswith(f"{study.name}: {study.title}\n")
    for rule in study.rules:
        assert rule.text in text
    for endpoint in study.endpoints:
        assert endpoint.label in text
    for each in study.published:
        assert each.evidence in text
    assert "89 of 150" in text
    assert text.count("placebo for plerixafor 0.24 mg/kg sc on days 4-7 at 22:00") == 1
    assert "no treatment" not in text


def test_responses_and_associations(capsys: pytest.CaptureFixture[str]) -> None:
    show_study(str(Path(__file__).parents[1] / "trial" / "data" / "remission.yaml"))
    text = capsys.readouterr().out
    assert "12 times, day 29 to 337" in text
    assert "14 times, day 22 to 295, confirmed" in text
    assert "IMWG2016" in text
    assert "blasts, anc, platelets, blood_blasts" in text
    assert " negative " in text


def test_dose_levels_are_shown_with_the_rules_of_the_designs(capsys: pytest.CaptureFixture[str]) -> None:
    file = Path(__file__).parents[1] / "trial" / "escalation" / "data" / "levels.yaml"
    show_study(str(file))
    text = capsys.readouterr().out
    assert "low, middle, high, top; 20 patients in all" in text
    assert "within 7 days of the first dose: plerixafor_concentration at or above 1000 ng/mL" in text
    assert load_study(file).escalation.design.design.prose() in text


def test_times_and_published_values_stand_with_their_units(capsys: pytest.CaptureFixture[str]) -> None:
    show_study("borthakur-2020")
    text = capsys.readouterr().out
    assert "504 days, curves every 7 days: marrow_blasts" in text
    assert "5.3 months" in text


def test_conduct_is_shown_in_the_words_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    show_study(str(Path(__file__).parents[2] / "examples" / "trial-conduct" / "study.yaml"))
    assert "enrolment 8 per month; dropout 4% per month; missed visits 8%; cut 12 months" in capsys.readouterr().out
