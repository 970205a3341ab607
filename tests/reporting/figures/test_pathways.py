from __future__ import annotations

from typing import Any

import matplotlib

from unmoor.reporting.figures import Branch, pathway_tree
from unmoor.reporting.figures.drawing import WIDE
from unmoor.reporting.figures.pathways import _places, paint_pathways

TREE = [Branch(-1, 0, "now", "1"), Branch(0, 1, "0/3", "2"), Branch(0, 1, "1/3", "1"), Branch(0, 1, "3/3", "stop"),
        Branch(1, 2, "0/3", "3", 0.25), Branch(1, 2, "3/3", "1", 0.05), Branch(2, 2, "0/3", "2", 0.5)]  # fmt: skip


def test_a_parent_stands_in_the_middle_of_its_children_and_leaves_in_order() -> None:
    assert _places(TREE) == [5.5 / 3, 0.5, 2.0, 3.0, 0.0, 1.0, 2.0]


def test_every_point_says_what_follows(style: dict[str, Any]) -> None:
    with matplotlib.rc_context(style):
        (axes,) = paint_pathways(WIDE, TREE).axes
    texts = {(round(text.get_position()[0], 2), text.get_text()) for text in axes.texts}
    assert {(0.0, "1"), (1.0, "2"), (1.0, "stop"), (2.0, "3"), (2.2, "25.0%"), (0.83, "3/3")} <= texts


def test_the_words_are_there() -> None:
    assert ">after cohort 2</text>" in pathway_tree("p", "T", "C", TREE).narrow
