from __future__ import annotations

import numpy as np
import pytest

from unmoor.trial.designs.boin import Boin
from unmoor.trial.dose_finding.operating import summary

DESIGN = Boin(target=0.3, doses=3, n=10)
N, DLT = np.array([[3, 7, 0], [3, 0, 7]]), np.array([[0, 2, 0], [0, 0, 4]])


def test_shares_means_and_overdosing() -> None:
    found = summary(DESIGN, (0.1, 0.3, 0.5), N, DLT, np.array([2, 0]), duration=np.array([2.0, 4.0]))
    assert found.selected.tolist() == [0.5, 0, 0.5, 0]
    assert found.n.tolist() == [3, 3.5, 3.5]
    assert (found.overdosed_60, found.overdosed_80, found.duration, found.mtd) == (0.5, 0.0, 3.0, 2)
    totals = found.totals()
    assert (totals["patients"], totals["dlt"], totals["correct"]) == (10, 3, 0.5)
    assert totals["above_mtd_patients"] == pytest.approx(0.35)
    table = found.table()
    assert table["level"].tolist() == ["none", "1", "2", "3"]
    assert (table["lower"] <= table["selected"]).all()
    assert (table["selected"] <= table["upper"]).all()
    assert not found.exact


@pytest.mark.parametrize(
    ("rates", "mtd"),
    [((0.0, 0.0, 0.0), 3), ((0.1, 0.1, 0.1), 3), ((0.25, 0.35, 0.35), 1), ((0.4, 0.4, 0.4), 1), ((0.1, 0.3, 0.3), 3)],
)
def test_of_levels_equally_near_the_target_the_mtd_is_the_highest_allowed(rates, mtd) -> None:
    assert summary(DESIGN, rates, N, DLT, np.array([2, 0])).mtd == mtd


def test_exact_shares_have_no_interval() -> None:
    found = summary(DESIGN, (0.45, 0.5, 0.6), N, DLT, np.array([2, 0]), np.array([0.25, 0.75]))
    assert found.exact
    assert found.mtd == 0
    assert found.table()["lower"].isna().all()
    assert found.selected.tolist() == [0.75, 0, 0.25, 0]


def test_above_the_mtd_is_more_toxic_and_not_only_higher() -> None:
    found = summary(DESIGN, (0.1, 0.32, 0.2), N, DLT, np.array([2, 3]), duration=np.array([2.0, 4.0]))
    assert (found.mtd, found.above_mtd.tolist()) == (2, [False, False, False])
    assert found.totals()["above_mtd_patients"] == found.totals()["above_mtd_selected"] == 0
    turned = summary(DESIGN, (0.4, 0.3, 0.6), N, DLT, np.array([1, 3]), duration=np.array([2.0, 4.0]))
    assert (turned.mtd, turned.above_mtd.tolist()) == (2, [True, False, True])
    assert turned.totals()["above_mtd_patients"] == pytest.approx(0.65)
    assert turned.totals()["above_mtd_selected"] == 1.0
    unsafe = summary(DESIGN, (0.5, 0.6, 0.7), N, DLT, np.array([1, 3]), duration=np.array([2.0, 4.0]))
    assert (unsafe.mtd, unsafe.above_mtd.all()) == (0, True)
