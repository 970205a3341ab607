from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.tite_boin import TiteBoin


def test_reference_thresholds(vectors) -> None:
    for row in vectors("phase1/tite_boin.json")["rows"]:
        edges = TiteBoin(target=row["target"], doses=5).thresholds(row["n"], row["dlt"], row["pending"])
        ours = edges[0 if row["boundary"].startswith("escalate") else 1]
        assert ours == pytest.approx(row["computed"], abs=1e-12)
        assert f"{ours:.2f}" == row["published_threshold"].strip(">=")


@pytest.mark.parametrize(("share", "action"), [(0.30, "escalate"), (0.20, "stay")])
def test_a_decision_turns_at_the_threshold(share: float, action: str) -> None:
    """Target 0.2, 9 patients, 1 DLT, 3 pending: escalate from 0.77 windows of summed follow-up."""
    pending = f"P{share}" * 3
    assert TiteBoin(target=0.2, doses=5).next(f"1NNN 2NNNNNT{pending}").action == action


def test_without_pending_patients_it_is_boin() -> None:
    tite, plain = TiteBoin(target=0.3, doses=5), Boin(target=0.3, doses=5)
    for n in (3, 6, 9, 12):
        for dlt in range(n + 1):
            history = f"1NNN 2{'N' * (n - dlt)}{'T' * dlt}"
            assert tite.next(history).level == plain.next(history).level


def test_enrolment_waits_while_most_are_pending() -> None:
    design = TiteBoin(target=0.3, doses=5)
    assert design.next("1NNN 2NP0.9P0.9").action == "wait"
    assert design.next("1NNN 2TTP0.9").action == "de-escalate"


def test_more_follow_up_never_lowers_the_dose() -> None:
    design = TiteBoin(target=0.3, doses=5)
    shares = np.linspace(0, 0.99, 12)
    levels = [design.next(f"1NNN 2NNNTP{share:.2f}P{share:.2f}").level or 0 for share in shares]
    assert levels == sorted(levels)


@pytest.mark.parametrize("counts", [(3, 2, 2), (3, 5, 0), (0, 0, 0), (3, -1, 1)])
def test_thresholds_of_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(BadInput, match="TiteBoin"):
        TiteBoin(target=0.2, doses=5).thresholds(*counts)
