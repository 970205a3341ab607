from __future__ import annotations

import pytest

from unmoor.trial.designs.rolling_six import RollingSix
from unmoor.trial.designs.three_plus_three import ThreePlusThree
from unmoor.trial.dose_finding import enumerate_trials


def test_reference_decisions(vectors) -> None:
    table = RollingSix(doses=5).table().set_index(["n", "dlt", "pending"])["decision"]
    for case in vectors("phase1/rolling_six.json")["vectors"]:
        ours = table[case["enrolled"], case["dlt"], case["pending"]]
        assert {"wait": "suspend"}.get(ours, ours) == case["decision"]


def test_a_seventh_patient_waits() -> None:
    decision = RollingSix(doses=5).next("1NNN 2NNNNP0.2P0.1")
    assert decision.action == "wait"
    assert "pending" in decision.reason


def test_when_every_outcome_is_known_it_selects_as_3_plus_3_with_fewer_patients() -> None:
    rates = (0.05, 0.15, 0.3, 0.45)
    rolling, classic = (enumerate_trials(design(doses=4)).operating(rates) for design in (RollingSix, ThreePlusThree))
    assert rolling.selected == pytest.approx(classic.selected, abs=1e-12)
    assert (rolling.n < classic.n).all()
