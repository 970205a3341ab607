from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unmoor.cli.names import SINGULAR, members


def test_all_kinds_are_listed(unmoor: Callable[..., Any]) -> None:
    text = unmoor("list").stdout
    for kind in SINGULAR:
        assert kind in text
        for member in members(kind):
            assert member.name in text


@pytest.mark.parametrize("kind", SINGULAR)
def test_one_kind_is_listed_alone(unmoor: Callable[..., Any], kind: str) -> None:
    words = unmoor("list", kind).stdout.split()
    assert words[0] == kind
    assert not set(SINGULAR) - {kind} & set(words[:1])
    assert all(member.name in words for member in members(kind))


def test_an_unknown_kind_is_refused(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("list", "drug")
    assert answer.exit_code == 2
    assert "did you mean 'drugs'?" in answer.stderr
