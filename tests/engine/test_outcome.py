"""Every way an integration can end has a sentence of its own."""

from __future__ import annotations

import pytest

from unmoor.engine.outcome import Status


@pytest.mark.parametrize("status", Status)
def test_a_sentence_for_every_status(status):
    assert len(status.sentence.split()) >= 4
    assert not status.sentence.endswith(".")


def test_sentences_differ():
    assert len({status.sentence for status in Status}) == len(Status)


def test_well_is_zero_so_that_any_finds_failures():
    assert Status.OK == 0
    assert sorted(Status) == list(range(len(Status)))
