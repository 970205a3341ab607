"""`unmoor plan` from a file, from options, as JSON and as a page; refusals are one message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOLD = (
    "--weight", 78, "--disease", "non-Hodgkin lymphoma", "--age", 61, "--sex", "male", "--clearance", 80, "--lines", 2,
    "--no-radiotherapy", "--no-lenalidomide", "--count", "day 4 at 07:30: 9, wbc 30", "--patients", 300,
)  # fmt: skip


def test_the_table_has_every_option_and_says_what_it_is(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    page = tmp_path / "plan.html"
    answer = unmoor("plan", *TOLD, "--price", "session 1500", "--currency", "EUR", "--to", page)
    assert answer.exit_code == 0, answer.stderr
    for text in ("Start apheresis today", "Plerixafor tonight", "Stop: no further session", "cost EUR",
                 "effective sample", "not a medical device", str(page)):  # fmt: skip
        assert text in answer.stdout
    assert page.read_text().startswith("<!doctype html>")


def test_json_reads_back_and_options_add_to_a_file(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "patient.json"
    file.write_text(
        json.dumps({"weight": 78, "disease": "non-Hodgkin lymphoma", "counts": [{"time": 79.5, "cd34": 9}]})
    )
    words = ("--session", "day 4 at 09:00: 0.9, 12 L", "--now", "day 4 at 18:00", "--json", "--patients", 300,
             "--price", "plerixafor 6000 per 24 mg", "--target", 4, "--target", 2)  # fmt: skip
    answer = unmoor("plan", file, *words)
    assert answer.exit_code == 0, answer.stderr
    content = json.loads(answer.stdout)
    assert content["now"] == "day 4 at 18:00"
    assert content["patient"]["sessions"] == [{"start": "day 4 at 09:00", "collected": 0.9, "volume": 12.0}]
    assert content["patient"]["prices"]["drugs"] == {"plerixafor": {"mg": 24.0, "price": 6000.0}}
    assert set(content["options"][0]["chance"]) == {"2", "4"}
    assert content["effective_sample"] > 25
    again = tmp_path / "again.json"
    again.write_text(json.dumps(content["patient"]))
    assert json.loads(unmoor("plan", again, "--json", "--patients", 300).stdout)["options"] == content["options"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing is told"),
        (("--weight", 78), "'disease' is missing"),
        (("--weight", 7, "--disease", "multiple myeloma"), "weight of 7"),
        (("--weight", 78, "--disease", "mumps"), "unknown disease"),
        (("--weight", 78, "--disease", "nhl", "--count", "nine"), "cannot read 'nine'"),
        (("--weight", 78, "--disease", "nhl", "--count", "day 4 at 08:00: many"), "is no number"),
        (("--weight", 78, "--disease", "nhl", "--price", "plerixafor 6000"), "cannot read price"),
        (("--weight", 78, "--disease", "nhl", "--price", "session 100 per 3 mg"), "cannot read price"),
        (("--weight", 78, "--disease", "nhl", "--to", "plan.pdf"), "as HTML"),
        (("nobody.json",), "cannot be read"),
    ],
)
def test_refusals_are_one_message(words: tuple[object, ...], said: str, unmoor: Callable[..., Any]) -> None:
    answer = unmoor("plan", *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
