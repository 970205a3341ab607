from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.designs.partial_order_crm import PartialOrderCrm, orders_of_grid
from unmoor.trial.dose_finding.history import History, Patient
from unmoor.trial.dose_finding.trials import of_history


def test_reference_after_each_patient(vectors) -> None:
    """Three printed digits; where orders tie, the reference draws one by lot, and its order is the one compared."""
    file = vectors("phase1/pocrm.json")
    design = PartialOrderCrm(skeleton=file["skeleton"], orders=file["orders"], target=file["target"])
    assert design.working_models().tolist() == file["working_models"]
    for case in file["after_k"]:
        seen = list(zip(file["combos"], file["tox"], strict=True))[: case["n"]]
        trials = of_history(History(tuple((Patient(level, bool(dlt)),) for level, dlt in seen)), 8)
        weights, exponents = design.order_weights(trials)
        order = case["order_est"] - 1
        assert weights[0] == pytest.approx(case["order_prob"], abs=0.00051)
        assert weights[0][order] == pytest.approx(weights.max())
        assert exponents[0][order] == pytest.approx(case["a_est"], abs=0.00051)
        assert design.working_models()[order] ** exponents[0][order] == pytest.approx(case["ptox"], abs=0.00051)
        assert design.nearest(trials) == [case["dose_rec"]]


def test_one_order_is_crm_by_likelihood() -> None:
    from unmoor.trial.designs.crm import Crm
    from unmoor.trial.dose_finding import Likelihood

    skeleton = (0.05, 0.1, 0.25, 0.4)
    one = PartialOrderCrm(skeleton=skeleton, orders=[(1, 2, 3, 4)], target=0.25)
    crm = Crm(skeleton=skeleton, target=0.25, inference=Likelihood(), cohort=1, skip=True, coherence=False)
    for history in ("1N", "1N 2N", "1N 2N 3T", "1N 2N 3T 3N 2T"):
        assert one.next(history).level == crm.next(history).level


def test_usual_orders_of_a_grid() -> None:
    assert orders_of_grid(2, 2) == ((1, 2, 3, 4), (1, 3, 2, 4), (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"orders": []}, "no order"),
        ({"orders": [(1, 2)]}, "order 1 has 2 values for 3"),
        ({"orders": [(1, 2, 2)]}, "does not name each"),
        ({"weights": (0.5, 0.5)}, "2 prior weights for 1"),
        ({"skeleton": (0.3, 0.2, 0.5)}, "comes after"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        PartialOrderCrm(**({"skeleton": (0.1, 0.2, 0.3), "orders": [(1, 2, 3)], "target": 0.2} | change))
