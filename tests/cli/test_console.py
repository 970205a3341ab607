from __future__ import annotations

import re

import pytest

from unmoor.cli import console

HEADS = ("", "Simulated", "95% interval", "n")
ROWS = [("drug", "57.0%", "55 to 59", "2,000"), ("placebo", "9%", "8 to 10", "2,000")]
GROUPS = {"A label that is longer than any column may be": ROWS}


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_grid_aligns_numbers_under_titles_of_any_length(capsys: pytest.CaptureFixture[str]) -> None:
    console.grid(HEADS, GROUPS, left=("",), spare=())
    head, title, first, second = lines(capsys)
    assert title == "A label that is longer than any column may be"
    assert re.split(r"\s{2,}", first) == ["", "drug", "57.0%", "55 to 59", "2,000"]
    assert re.split(r"\s{2,}", head) == ["", "Simulated", "95% interval", "n"]
    assert len(head) <= len(first) == len(second)
    assert first.index("57.0%") + 5 == second.index("9%") + 2


def test_a_grid_leaves_out_what_there_is_no_room_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    monkeypatch.setattr(console, "out", lambda: Console(width=30, highlight=False, markup=False))
    console.grid(HEADS, GROUPS, left=("",), spare=("n", "95% interval"))
    head, _, first, _ = lines(capsys)
    assert head.split() == ["Simulated"]
    assert first.split() == ["drug", "57.0%"]


def test_a_table_keeps_brackets_and_long_lines(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(("name", "value"), [("[bold]x[/bold]", "1.5"), ("y" * 150, "2")], right=(1,))
    text = capsys.readouterr().out
    assert "[bold]x[/bold]" in text
    assert "y" * 150 in text


def test_messages_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    console.fail("no [such] thing\n  try another")
    console.heading("above")
    captured = capsys.readouterr()
    assert captured.err == "unmoor: no [such] thing\n  try another\n"
    assert captured.out == "above\n"
