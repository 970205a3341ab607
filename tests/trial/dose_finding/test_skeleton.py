from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding import Bayes, Empiric, Logistic, indifference_skeleton


def test_reference_skeletons(vectors) -> None:
    for case in vectors("phase1/dfcrm.json")["getprior"]:
        curve = Empiric() if case["model"] == "empiric" else Logistic(3.0)
        ours = indifference_skeleton(case["target"], case["halfwidth"], case["nu"], case["nlevel"], curve)
        assert ours == pytest.approx(case["prior"], abs=1e-12)


def test_reference_indifference_intervals(vectors) -> None:
    """Where levels k and k + 1 are equally near the target, the rates next to it are the reference's interval ends."""
    case = vectors("phase1/dfcrm.json")["crmsens_empiric"]
    skeleton = tuple(case["prior"])
    for level, (_, slope) in enumerate(case["Hset"][:-1]):
        rates = Empiric().rates(np.array([slope]), skeleton)[0]
        assert abs(rates[level] - case["target"]) == pytest.approx(abs(rates[level + 1] - case["target"]), abs=1e-6)
        assert rates[level + 1] == pytest.approx(case["iint"][level][1], abs=1e-6)
    assert Bayes().sd == pytest.approx(1.157583690279)


@pytest.mark.parametrize(
    ("change", "match"), [({"halfwidth": 0.3}, "leaves"), ({"mtd": 6}, "level 6"), ({"target": 0}, "target")]
)
def test_what_cannot_be_meant_is_refused(change: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        indifference_skeleton(**({"target": 0.25, "halfwidth": 0.05, "mtd": 3, "levels": 5} | change))
