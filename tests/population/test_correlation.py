"""Correlated scores: the wanted correlation, unchanged margins, and refusals of impossible matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.base.random import normal
from unmoor.population.correlation import Correlation, blocks, mixed

COUNT = 100_000
ORDER = ("a", "b", "c", "d", "e")
SCORES = {name: normal(3, name, 0, COUNT) for name in ORDER}


def test_scores_have_the_wanted_correlation_and_stay_standard_normal() -> None:
    wanted = [Correlation(("a", "b"), 0.6), Correlation(("b", "c"), -0.4), Correlation(("a", "c"), 0.1)]
    (block,) = blocks(wanted, ORDER)
    found = mixed(block, SCORES)
    matrix = np.corrcoef([found[name] for name in "abc"])
    assert matrix == pytest.approx(np.array([[1, 0.6, 0.1], [0.6, 1, -0.4], [0.1, -0.4, 1]]), abs=4 / np.sqrt(COUNT))
    for values in found.values():
        assert stats.kstest(values, "norm").pvalue > 1e-3


@pytest.mark.parametrize("rank", [-0.8, 0.3, 0.9])
def test_a_rank_correlation_is_that_of_the_ranks(rank: float) -> None:
    (block,) = blocks([Correlation(("a", "b"), rank, measure="rank")], ORDER)
    found = mixed(block, SCORES)
    assert stats.spearmanr(found["a"], found["b"]).statistic == pytest.approx(rank, abs=4 / np.sqrt(COUNT))


def test_quantities_that_nobody_correlates_stay_in_no_block() -> None:
    found = blocks([Correlation(("e", "b"), 0.5), Correlation(("d", "c"), 0.5)], ORDER)
    assert [block.names for block in found] == [("b", "e"), ("c", "d")]


@given(start=st.integers(0, 200), count=st.integers(1, 70))
def test_mixing_does_not_depend_on_who_else_is_there(start: int, count: int) -> None:
    pairs = [Correlation((one, other), 0.3) for index, one in enumerate(ORDER) for other in ORDER[:index]]
    (block,) = blocks(pairs, ORDER)
    whole = mixed(block, SCORES)
    part = mixed(block, {name: scores[start : start + count] for name, scores in SCORES.items()})
    for name in ORDER:
        assert np.array_equal(whole[name][start : start + count], part[name])


def test_an_impossible_matrix_is_refused_with_its_names() -> None:
    pairs = [Correlation(("a", "b"), 0.9), Correlation(("b", "c"), 0.9), Correlation(("a", "c"), -0.9)]
    with pytest.raises(BadInput, match=r"people.yaml:40: correlation matrix of a, b, c is not positive definite"):
        blocks([*pairs, Correlation(("d", "e"), 0.2)], ORDER, where="people.yaml:40")


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([Correlation(("a", "a"), 0.5)], "'a' is correlated with itself"),
        ([Correlation(("a", "b"), 1.0)], "correlation 1 is not between -1 and 1"),
        ([Correlation(("a", "b"), 0.5), Correlation(("b", "a"), 0.4)], "correlation of b and a is given twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(pairs: list[Correlation], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        blocks(pairs, ORDER)
