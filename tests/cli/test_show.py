from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("kind", "name", "head"),
    [
        ("model", "plerixafor_pk", "plerixafor_pk: "),
        ("drug", "plerixafor", "plerixafor: "),
        ("study", "dipersio-2009-nhl", "dipersio-2009-nhl: "),
    ],
)
def test_each_kind_is_shown(unmoor: Callable[..., Any], kind: str, name: str, head: str) -> None:
    answer = unmoor("show", kind, name)
    assert answer.exit_code == 0
    assert answer.stdout.startswith(head)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("show", "modle", "x"), "model"),
        (("show", "model", "mobilization"), "mobilisation"),
        (("show", "drug", "plerixafro"), "plerixafor"),
        (("show", "study", "dipersio"), "dipersio-2009-nhl"),
    ],
)
def test_unknown_words_are_refused(unmoor: Callable[..., Any], words: tuple[str, ...], near: str) -> None:
    answer = unmoor(*words)
    assert answer.exit_code == 2
    assert near in answer.stderr
    assert answer.stdout == ""
