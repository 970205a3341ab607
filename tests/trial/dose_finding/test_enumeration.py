from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, Unsupported
from unmoor.trial.designs.boin import Boin
from unmoor.trial.designs.crm import Crm
from unmoor.trial.dose_finding.enumeration import enumerate_trials
from unmoor.trial.dose_finding.pathways import pathways


@pytest.mark.parametrize(
    "design",
    [Boin(target=0.3, doses=3, n=12), Crm(skeleton=(0.1, 0.25, 0.4), target=0.25, n=12)],
    ids=lambda design: type(design).__name__,
)
def test_merged_ends_have_the_chances_of_every_path(design) -> None:
    rates = (0.15, 0.3, 0.45)
    found = enumerate_trials(design)
    tree = pathways(design, cohorts=4)
    chances = tree.chances(rates)
    by_level = [0.0] * 4
    for end in tree.ends():
        by_level[end.recommended] += chances[end.number]
    assert found.operating(rates).selected == pytest.approx(by_level, abs=1e-14)
    assert found.count < len(tree.ends())
    assert found.chances(rates).sum() == pytest.approx(1.0)


def test_certain_rates_leave_one_end() -> None:
    found = enumerate_trials(Boin(target=0.3, doses=3, n=12))
    assert found.operating((0.0, 0.0, 1.0)).selected.tolist() == pytest.approx([0, 0, 1, 0])
    assert found.operating((1.0, 1.0, 1.0)).selected[0] == 1.0


def test_too_many_states_and_wrong_rates_are_refused() -> None:
    with pytest.raises(Unsupported, match="more than 5 states"):
        enumerate_trials(Boin(target=0.3, doses=3, n=30), most=5)
    with pytest.raises(BadInput, match="2 true DLT rates for 3"):
        enumerate_trials(Boin(target=0.3, doses=3, n=6)).operating((0.1, 0.2))
