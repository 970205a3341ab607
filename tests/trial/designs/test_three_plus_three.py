from __future__ import annotations

import pytest

from unmoor.trial.designs.three_plus_three import ThreePlusThree
from unmoor.trial.dose_finding import enumerate_trials, pathways


def test_reference_exact_characteristics(vectors) -> None:
    """Top level not expanded to six; with and without de-escalation; seven truths."""
    found = {down: enumerate_trials(ThreePlusThree(doses=5, deescalate=down)) for down in (True, False)}
    for case in vectors("phase1/three_plus_three_exact.json"):
        ours = found[not case["escalation_only"]].operating(case["truep"])
        assert ours.selected == pytest.approx(case["p_rec_0_to_k"], abs=1e-12)
        assert ours.n == pytest.approx(case["own_recursion"]["E_n_per_dose"], abs=1e-11)
        assert ours.dlt.sum() == pytest.approx(case["mean_dlt"], abs=1e-11)
        total = found[not case["escalation_only"]].n.sum(axis=1)
        assert (total.min(), total.max()) == (case["min_n"], case["max_n"])


@pytest.mark.parametrize(("down", "paths"), [(True, 922), (False, 187)])
def test_the_number_of_paths_is_the_reference_programs(down: bool, paths: int) -> None:
    assert len(pathways(ThreePlusThree(doses=5, deescalate=down), cohorts=12).ends()) == paths


def test_one_level_in_closed_form() -> None:
    p = 0.2
    ours = enumerate_trials(ThreePlusThree(doses=1)).operating([p])
    assert ours.selected[1] == pytest.approx((1 - p) ** 3 + 3 * p * (1 - p) ** 2 * (1 - p) ** 3)


def test_the_top_level_is_expanded_where_the_convention_says_so() -> None:
    assert ThreePlusThree(doses=2).next("1NNN 2NNN").stop
    expanded = ThreePlusThree(doses=2, expand_top=True)
    assert expanded.next("1NNN 2NNN").level == 2
    assert expanded.next("1NNN 2NNN 2NNT").stop
    assert expanded.recommend("1NNN 2NNN 2NNT") == 2


def test_worked_path() -> None:
    design = ThreePlusThree(doses=4)
    assert design.n == 24
    assert design.next("1NNN 2NNT").action == "stay"
    assert design.next("1NNN 2NNT 2NNN").level == 3
    assert design.next("1NNN 2NNT 2NNT").level == 1
    assert design.next("1NNN 2NNT 2NNT 1NNN").stop
    assert design.recommend("1NNN 2NNT 2NNT 1NNN") == 1
    assert design.recommend("1NTT") is None
    assert ThreePlusThree(doses=4, deescalate=False).next("1NNN 2NTT").stop
