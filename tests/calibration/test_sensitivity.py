"""Sensitivity: indices of a product are its parameters' shares of variance; an independent program gives the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration.plan import Parameter, Plan, load_plan
from unmoor.calibration.sampler import Sample
from unmoor.calibration.sensitivity import SPAN, of_endpoint, sensitivity

PLAN = """title: Endpoints of a bolus
targets: none
scenarios:
  iv: {model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 4, every: 1}
stages: []
endpoints:
  - {name: start, label: At once, scenario: iv, statistic: at, output: plerixafor_concentration, time: 0, unit: ug/L}
  - {name: later, label: Later, scenario: iv, statistic: at, output: plerixafor_concentration, time: 4, unit: ug/L}
  - {name: share, label: Many, scenario: iv, statistic: at, output: plerixafor_concentration, time: 0, unit: ug/L,
     observed: share >= 100 ug/L, people: 50}
"""
NAMES = ("plerixafor_typical_central_volume", "plerixafor_renal_ratio")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "bolus.yaml").write_text(PLAN)
    return load_plan(tmp_path / "bolus.yaml")


def sample() -> Sample:
    """Draws around 10 L and a ratio of 0.6."""
    parameters = tuple(Parameter(symbol=name, start=1, lower=0.01, upper=100, part="value") for name in NAMES)
    scores = np.random.default_rng(1).standard_normal((500, 2))
    nothing = np.full(2, np.nan)
    return Sample(parameters, np.log([10.0, 0.6]) + scores * [0.2, 0.3], nothing, nothing, nothing, 0, 0, 0, 0, 0.0)


def test_a_concentration_at_once_is_the_volumes_alone(plan: Plan) -> None:
    (found,) = sensitivity(plan, sample(), endpoints=["start"], points=64)
    assert found.first == pytest.approx([1, 0], abs=0.05)
    assert found.total == pytest.approx([1, 0], abs=0.05)
    low, middle, high = found.quantiles
    assert middle == pytest.approx(100, rel=0.03)
    # the volume moves evenly on the logarithm between two quantiles of its draws
    ends = np.exp(-np.quantile(sample().logarithms[:, 0], SPAN)) * 1000
    assert ends[1] < low < middle < high < ends[0]


def test_it_is_the_same_every_time_and_another_with_another_seed(plan: Plan) -> None:
    first, again, other = (sensitivity(plan, sample(), endpoints=["later"], points=32, seed=k)[0] for k in (1, 1, 2))
    assert np.array_equal(first.total, again.total)
    assert not np.array_equal(first.total, other.total)
    assert first.total[1] > 0.05  # what leaves in four hours counts too


def test_the_share_of_people_is_an_endpoint(plan: Plan) -> None:
    values = np.array([[5.0, 0.6], [10.0, 0.6], [20.0, 0.6]])
    found = of_endpoint(plan, plan.endpoints[2], sample().parameters, values)
    assert found[0] > 95
    assert found[1] == pytest.approx(50, abs=12)
    assert found[2] < 5
    assert of_endpoint(plan, plan.endpoints[0], sample().parameters, values) == pytest.approx([200, 100, 50])


def test_an_independent_program_gives_the_same_indices(plan: Plan) -> None:
    pytest.importorskip("SALib", reason="SALib, the independent program, is not installed")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as design

    (found,) = sensitivity(plan, sample(), endpoints=["later"], points=256)
    bounds = np.quantile(sample().logarithms, SPAN, axis=0).T.tolist()
    problem = {"num_vars": 2, "names": list(NAMES), "bounds": bounds}
    sets = design.sample(problem, 256, calc_second_order=False, seed=9)
    given = of_endpoint(plan, plan.endpoints[1], sample().parameters, np.exp(sets))
    known = analysis.analyze(problem, np.log(given), calc_second_order=False, seed=9)
    assert found.first == pytest.approx(known["S1"], abs=0.06)
    assert found.total == pytest.approx(known["ST"], abs=0.06)


def test_what_cannot_be_meant_is_refused(plan: Plan) -> None:
    with pytest.raises(UnknownName, match="did you mean 'start'"):
        sensitivity(plan, sample(), endpoints=["strat"])
    with pytest.raises(BadInput, match="names no endpoints"):
        sensitivity(plan.model_copy(update={"endpoints": ()}), sample())
