from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin_comb import BoinComb
from unmoor.trial.dose_finding.trials import of_history


def outcomes(n: np.ndarray, dlt: np.ndarray, last: str = "") -> str:
    cells = [(f"{i + 1}.{j + 1}", int(n[i, j]), int(dlt[i, j])) for i, j in zip(*np.nonzero(n), strict=True)]
    cells.sort(key=lambda cell: cell[0] == last)
    return " ".join(f"{label}{'N' * (size - bad)}{'T' * bad}" for label, size, bad in cells)


def test_reference_next_combination(vectors) -> None:
    case = vectors("phase1/boin_comb.json")["next_comb"]
    n, dlt = np.array(case["npts"]), np.array(case["ntox"])
    design = BoinComb(target=case["target"], first=3, second=5)
    level = design.next(outcomes(n, dlt, "2.2")).level
    assert design.label(level) == "{}.{}".format(*case["next_dc"])


def test_reference_selection(vectors) -> None:
    case = vectors("phase1/boin_comb.json")["select_comb"]
    n, dlt = np.array(case["npts"]), np.array(case["ntox"])
    design = BoinComb(target=case["target"], first=3, second=4)
    history = outcomes(n, dlt)
    assert design.label(design.recommend(history)) == "{}.{}".format(*case["mtd"][0])
    assert design.fitted(of_history(design.read(history), 12))[0] == pytest.approx(np.array(case["p_est"]), abs=0.00501)


def test_one_dose_of_one_agent_is_boin() -> None:
    from unmoor.trial.designs.boin import Boin

    combined, single = BoinComb(target=0.3, first=1, second=5, n=30), Boin(target=0.3, doses=5)
    for one, two in (
        ("1NNN", "1.1NNN"),
        ("1NNN 2NNT", "1.1NNN 1.2NNT"),
        ("1NNN 2TTN", "1.1NNN 1.2TTN"),
        ("1TTT", "1.1TTT"),
    ):
        assert single.next(one).level == combined.next(two).level


def test_an_eliminated_combination_closes_all_above_it() -> None:
    design = BoinComb(target=0.3, first=3, second=3)
    trials = of_history(design.read("1.1NNN 2.2TTT"), 9)
    assert design.open_levels(trials)[0].reshape(3, 3).tolist() == [
        [True] * 3,
        [True, False, False],
        [True, False, False],
    ]


def test_combinations_are_written_with_both_levels() -> None:
    with pytest.raises(BadInput, match="dose level '2'"):
        BoinComb(target=0.3, first=2, second=2).next("2NNN")
    with pytest.raises(BadInput, match="first agent"):
        BoinComb(target=0.3, first=0, second=2)
