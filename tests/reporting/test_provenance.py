from __future__ import annotations

import platform
import sys
from typing import Any

import pytest

from unmoor import __version__
from unmoor.reporting.provenance import command, facts, words


def test_everything_the_result_recorded_is_told(study: Any, result: Any) -> None:
    told = dict(facts(study, result))
    assert told["Seed"] == "3"
    assert told["Study sha256"] == study.digest
    assert told["Patients"] == "60"
    assert told["Python"] == platform.python_version()
    assert f"unmoor {__version__}" in told["Report written by"]
    recorded = {name: value for name, value in result.provenance.items() if name != "rejected"}
    missing = [k for k, v in recorded.items() if v not in (None, "", [], {}) and words(v) not in told.values()]
    assert missing == []


def test_no_term_stands_twice(study: Any, result: Any) -> None:
    terms = [term.casefold() for term, _ in facts(study, result)]
    assert len(terms) == len(set(terms))


def test_the_file_is_named_without_its_folder(study: Any, result: Any) -> None:
    assert dict(facts(study, result))["Study file"] == "dipersio-2009-nhl.yaml"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": {"c": True}}, "a: 1\nb: c: yes"),
        ([1, 2], "1, 2"),
        (0.1234567, "0.123457"),
        (20000, "20,000"),
        (2009, "2009"),
    ],
)
def test_json_values_as_words(value: object, text: str) -> None:
    assert words(value) == text


def test_the_command_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/unmoor", "run", "a study.yaml", "--seed", "1"])
    assert command() == "unmoor run 'a study.yaml' --seed 1"
    monkeypatch.setattr(sys, "argv", ["/somewhere/script.py", "secret"])
    assert command() == "script.py"
