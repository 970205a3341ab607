from __future__ import annotations

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
