"""Findings counted by construct, and the page of documentation."""

from unmoor.verification.check import Finding
from unmoor.verification.table import page, reasons, rows

FOUND = [
    Finding("1", "passed", frozenset({"reactions", "rate rules"})),
    Finding("2", "refused", frozenset({"reactions", "events"}), "no delays"),
    Finding("3", "refused", frozenset({"events"}), "no delays"),
    Finding("4", "wrong", frozenset({"rate rules"}), "x at 1: 2, published 3"),
]


def test_cases_count_in_every_construct():
    assert rows(FOUND) == [
        ("all", 4, 1, 2, 1),
        ("plain (no events)", 2, 1, 0, 1),
        ("with events", 2, 0, 2, 0),
        ("rate rules", 2, 1, 0, 1),
        ("reactions", 2, 1, 1, 0),
    ]


def test_groups_without_cases_have_no_row():
    assert [name for name, *_ in rows(FOUND[:1])] == ["all", "plain (no events)", "rate rules", "reactions"]


def test_reasons_gather_cases():
    assert reasons(FOUND, "refused") == {"no delays": ["2", "3"]}
    assert reasons(FOUND, "wrong") == {"x at 1: 2, published 3": ["4"]}


def test_the_page_says_all_of_it():
    text = page(FOUND, "9.9")
    for line in ("unmoor 9.9", "| with events | 2 | 0 | 2 | 0 |", "- no delays: 2, 3", "unmoor verify sbml DIR --to"):
        assert line in text
    assert page(FOUND[:1], "9.9").count("None.") == 2
