from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.crm import Crm
from unmoor.trial.dose_finding import EnoughAtDose, LowestTooToxic, ModelTooToxic

SKELETON = (0.05, 0.1, 0.25, 0.4)


def test_the_lowest_level_is_watched() -> None:
    """P(p > 0.3 | 2 of 3) = 0.916, by Beta(3, 2)."""
    plain, safe = Crm(skeleton=SKELETON, target=0.3), Crm(skeleton=SKELETON, target=0.3, stops=(LowestTooToxic(0.9),))
    assert not plain.next("1NTT").stop
    assert safe.next("1NTT").stop
    assert safe.recommend("1NTT") is None
    assert "stop for safety" in safe.next("1NTT").reason
    assert not Crm(skeleton=SKELETON, target=0.3, stops=(LowestTooToxic(0.92),)).next("1NTT").stop
    assert not Crm(skeleton=SKELETON, target=0.3, stops=(LowestTooToxic(0.9, at_least=4),)).next("1NTT").stop


def test_enough_patients_at_the_next_level_end_the_trial_with_a_dose() -> None:
    design = Boin(target=0.3, doses=3, stops=(EnoughAtDose(6),))
    assert design.next("1NNN 2NNT").level == 2
    decision = design.next("1NNN 2NNT 2NNT")
    assert decision.stop
    assert decision.reason.startswith("stop when 6 or more")
    assert design.recommend("1NNN 2NNT 2NNT") == 2


def test_a_model_rule_needs_a_model() -> None:
    with pytest.raises(BadInput, match="Boin has no dose-toxicity model"):
        Boin(target=0.3, doses=3, stops=(ModelTooToxic(0.35),))
    assert Crm(skeleton=SKELETON, target=0.2, stops=(ModelTooToxic(0.35, 0.7),)).next("1TTT").stop


@pytest.mark.parametrize("rule", [ModelTooToxic(1.2), ModelTooToxic(0.3, 0.0), LowestTooToxic(threshold=0.0)])
def test_rules_that_cannot_be_meant_are_refused(rule) -> None:
    with pytest.raises(BadInput, match=r"threshold|probability"):
        Crm(skeleton=SKELETON, target=0.3, stops=(rule,))
