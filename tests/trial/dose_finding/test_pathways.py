from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.three_plus_three import ThreePlusThree
from unmoor.trial.dose_finding.pathways import pathways


def test_the_tree_of_two_cohorts() -> None:
    tree = pathways(Boin(target=0.3, doses=3), cohorts=2)
    assert len(tree.steps) == 1 + 4 + 3 * 4  # three DLTs at the lowest level end the trial
    table = tree.table([0.1, 0.3, 0.5])
    assert table["probability"].iloc[0] == 1.0
    for depth in (1, 2):
        ends = [step.number for step in tree.ends() if step.depth <= depth]
        here = [step.number for step in tree.steps if step.depth == depth]
        total = table["probability"].iloc[[*{*here, *(end for end in ends if tree.steps[end].depth < depth)}]].sum()
        assert total == pytest.approx(1.0)


def test_it_is_printed_in_the_order_of_the_paths() -> None:
    text = pathways(ThreePlusThree(doses=2), "1NNN", cohorts=1).text().splitlines()
    assert text == [
        "now -> level 2",
        "   2NNN -> stop, recommend 2",
        "   2NNT -> level 2",
        "   2NTT -> level 1",
        "   2TTT -> level 1",
    ]


def test_a_last_cohort_is_as_small_as_what_is_left() -> None:
    tree = pathways(Boin(target=0.3, doses=3, n=5), "1NNN", cohorts=3)
    assert {(step.size, step.dlt) for step in tree.steps[1:]} == {(2, 0), (2, 1), (2, 2)}


def test_a_forest_is_refused() -> None:
    with pytest.raises(BadInput, match="20,000 steps"):
        pathways(Boin(target=0.3, doses=3, n=90), cohorts=12)
    with pytest.raises(BadInput, match="cohorts is 0"):
        pathways(Boin(target=0.3, doses=3), cohorts=0)
