from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.phase_two.looks import binomial_looks
from unmoor.trial.phase_two.simon import minimax_two_stage, optimal_two_stage


def test_published_designs() -> None:
    """Simon 1989, table 1: 0.10 against 0.30 with errors 0.05 and 0.20."""
    optimal, minimax = optimal_two_stage(0.1, 0.3, 0.05, 0.2), minimax_two_stage(0.1, 0.3, 0.05, 0.2)
    assert (optimal.r1, optimal.n1, optimal.r, optimal.n) == (1, 10, 5, 29)
    assert (minimax.r1, minimax.n1, minimax.r, minimax.n) == (1, 15, 5, 25)
    assert optimal.n_null == pytest.approx(15.0, abs=0.05)


def test_reference_designs(vectors) -> None:
    for case in vectors("phase2/simon_two_stage.json"):
        asked = (case["p0"], case["p1"], case["alpha"], case["beta"])
        for ours, theirs in (
            (optimal_two_stage(*asked), case["optimal"]),
            (minimax_two_stage(*asked), case["minimax"]),
        ):
            assert (ours.r1, ours.n1, ours.r, ours.n) == tuple(theirs[name] for name in ("r1", "n1", "r", "n"))
            numbers = (ours.n_null, ours.stop_null, ours.alpha, ours.beta)
            names = ("EN(p0)", "PET(p0)", "alpha_actual", "beta_actual")
            assert numbers == pytest.approx([theirs[name] for name in names], abs=1e-10)


def test_the_stated_errors_are_those_of_the_two_looks() -> None:
    design = optimal_two_stage(0.2, 0.4, 0.1, 0.1)
    looks, futile = (design.n1, design.n), (design.r1, design.r)
    assert binomial_looks(0.2, looks, futile)[1].sum() == pytest.approx(design.alpha, abs=1e-14)
    assert binomial_looks(0.4, looks, futile)[0].sum() == pytest.approx(design.beta, abs=1e-14)
    rng = np.random.default_rng(4).random((40_000, design.n)) < 0.2
    rejects = (rng[:, : design.n1].sum(axis=1) > design.r1) & (rng.sum(axis=1) > design.r)
    assert rejects.mean() == pytest.approx(design.alpha, abs=0.006)
    assert f"stop with {design.r1} or fewer" in design.prose()


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ((0.3, 0.3, 0.05, 0.2), "not above"),
        ((0.0, 0.3, 0.05, 0.2), "null is"),
        ((0.3, 0.31, 0.01, 0.01), "no design of up"),
    ],
)
def test_what_cannot_be_met_is_refused(asked: tuple[float, ...], match: str) -> None:
    with pytest.raises(BadInput, match=match):
        optimal_two_stage(*asked, most=30)
