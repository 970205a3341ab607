from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin import Boin
from unmoor.trial.dose_finding import LowestTooToxic, boundaries, enumerate_trials
from unmoor.trial.dose_finding.isotonic import beta_rates, isotonic


def outcomes(n: list[int], dlt: list[int]) -> str:
    return " ".join(f"{i}{'N' * (a - b)}{'T' * b}" for i, (a, b) in enumerate(zip(n, dlt, strict=True), 1) if a)


def test_published_boundaries() -> None:
    """Liu and Yuan 2015, table 1."""
    assert [round(edge, 3) for edge in Boin(target=0.3, doses=5).boundaries] == [0.236, 0.359]
    assert [round(edge, 3) for edge in Boin(target=0.2, doses=5).boundaries] == [0.157, 0.238]


def test_reference_boundaries_and_counts(vectors) -> None:
    for case in vectors("phase1/boin.json")["default"]:
        design = Boin(target=case["target"], doses=5, n=31)
        assert design.boundaries == pytest.approx((case["lambda_e"], case["lambda_d"]), abs=1e-12)
        table = boundaries(design.table())
        names = {"escalate_if_at_most": "escalate_if_le", "deescalate_if_at_least": "deescalate_if_ge",
                 "eliminate_if_at_least": "eliminate_if_ge"}  # fmt: skip
        for ours, theirs in names.items():
            assert [
                None if value is None else int(value)
                for value in table[ours].astype(object).where(table[ours].notna(), None)
            ] == case[theirs]


def test_reference_custom_settings(vectors) -> None:
    for case in vectors("phase1/boin.json")["custom"]:
        design = Boin(
            target=case["target"],
            doses=5,
            n=37,
            too_low=case["p_saf"],
            too_high=case["p_tox"],
            eliminate=case["cutoff_eli"],
        )
        assert design.boundaries == pytest.approx((case["lambda_e"], case["lambda_d"]), abs=1e-12)
        table = boundaries(design.table()).set_index("n")
        for n, *counts in zip(*case["boundary"], strict=True):
            assert table.loc[n].tolist() == counts


def test_the_extra_safe_option_is_a_stopping_rule(vectors) -> None:
    """The reference lowers the certainty that ends the trial at the lowest level by an offset."""
    for case in vectors("phase1/boin.json")["custom"]:
        rule = LowestTooToxic(case["cutoff_eli"] - case["offset"])
        design = Boin(target=case["target"], doses=2, n=36, cohort=1, eliminate=case["cutoff_eli"], stops=(rule,))
        for n, least in zip(*case["stop"], strict=True):
            reason = rule.prose(design)
            ends = [reason in design.next(f"1{'N' * (n - dlt)}{'T' * dlt}").reason for dlt in range(n + 1)]
            assert ends == [least is not None and dlt >= least for dlt in range(n + 1)]
            if least is not None:
                assert design.recommend(f"1{'N' * (n - least)}{'T' * least}") is None


def test_reference_selections(vectors) -> None:
    for case in vectors("phase1/boin.json")["select_mtd"]:
        design = Boin(target=case["target"], doses=len(case["n"]), n=60)
        assert (design.recommend(outcomes(case["n"], case["y"])) or 99) == case["mtd"]
        n, dlt = np.array([case["n"]]), np.array([case["y"]])
        rates, weights = beta_rates(n, dlt, 0.05)
        fit = isotonic(rates, np.where(n > 0, weights, 0.0))[0]
        for row, ours in zip(case["p_est"], fit, strict=True):
            assert row["phat"] == "----" or float(row["phat"]) == pytest.approx(ours, abs=0.00501)


def test_exact_characteristics_meet_the_simulated_reference(vectors) -> None:
    """Within 4 Monte Carlo standard errors of 20,000 trials, for every level of every scenario."""
    found = enumerate_trials(Boin(target=0.3, doses=5, n=30))
    for case in vectors("phase1/boin_oc_simulated.json"):
        ours = found.operating(case["p_true"])
        shares = np.array([case["percentstop"], *case["selpercent"]]) / 100
        allowed = 4 * np.sqrt(np.maximum(ours.selected * (1 - ours.selected), 1e-5) / case["ntrial"])
        assert (np.abs(ours.selected - shares) < allowed).all()
        assert ours.n == pytest.approx(case["npatients"], abs=0.25)
        assert 100 * ours.overdosed_60 == pytest.approx(case["overdose60"], abs=1.0)
        assert 100 * ours.overdosed_80 == pytest.approx(case["overdose80"], abs=0.6)


def test_elimination_is_for_ever() -> None:
    design = Boin(target=0.3, doses=3, n=30)
    assert design.next("1NNN 2TTT").level == 1
    assert design.next("1NNN 2TTT 1NNN").action == "stay"
    assert design.next("1TTT").stop
    assert design.recommend("1TTT") is None


@pytest.mark.parametrize(("low", "high"), [(0.3, 0.4), (0.35, 0.4), (0.1, 0.2), (0.0, 0.4), (0.1, 1.0)])
def test_rates_around_the_target_are_checked(low: float, high: float) -> None:
    with pytest.raises(BadInput, match=r"too_low|too_high"):
        Boin(target=0.3, doses=5, too_low=low, too_high=high)
