"""Virtual patients like one: known covariates are held, parameters are those of the population's own sampler."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from unmoor.base.errors import UnmoorError
from unmoor.base.random import normal
from unmoor.planning import Patient
from unmoor.planning.pool import pool_of
from unmoor.planning.world import World
from unmoor.population import sample


def scores(world: World, n: int) -> np.ndarray:
    """Standard normal scores (patient, dimension)."""
    return np.column_stack([normal(4, f"t{k}", 0, n) for k in range(len(world.population.variability))])


def test_known_covariates_are_the_patients_and_others_vary(patient: Patient, world: World) -> None:
    pool = pool_of(replace(patient, prior_lines=None), world, 1)
    columns = pool.covariates(500)
    found = pool.parameters(scores(world, 500), columns)
    factors = world.population.model.factors
    assert found["weight"] / factors.get("weight", 1.0) == pytest.approx(78.0)
    assert found["age"] / factors.get("age", 1.0) == pytest.approx(61.0)
    assert len(set(found["prior_lines"])) > 1


def test_serum_creatinine_gives_the_clearance_of_cockcroft_and_gault(patient: Patient, world: World) -> None:
    told = replace(patient, creatinine_clearance=None, serum_creatinine=1.3)
    columns = pool_of(told, world, 1).covariates(3)
    assert columns["creatinine_clearance"] == pytest.approx((140 - 61) * 78 / (72 * 1.3))


def test_parameters_have_the_distribution_of_the_populations_sampler(patient: Patient, world: World) -> None:
    pool = pool_of(patient, replace(world, uncertain={}), 1)
    found = pool.parameters(scores(world, 3000), pool.covariates(3000))
    drawn = sample(world.population, 3000, 9).internal(world.population.model)
    for each in world.population.variability[:6]:
        assert kstest(found[each.name], drawn[each.name]).pvalue > 1e-3, each.name


def test_posterior_draws_widen_a_parameter(patient: Patient, world: World) -> None:
    name = world.population.variability[0].name
    centre = world.population.variability[0].margin.centre
    draws = centre * np.exp(np.linspace(-1, 1, 200))
    wide = replace(world, uncertain={(name, "value"): draws, (name, "spread"): np.full(200, 1e-3)})
    pool = pool_of(patient, wide, 1)
    found = pool.parameters(scores(world, 2000), pool.covariates(2000))[name]
    factor = world.population.model.factors.get(name, 1.0)
    assert np.ptp(np.log(found / factor / centre)) == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weight": 7.0}, "weight of 7"),
        ({"age": 99.0}, "age of 99"),
        ({"creatinine_clearance": 290.0}, "creatinine_clearance"),
        ({"ancestry": "martian"}, "ancestry"),
    ],
)
def test_a_patient_whom_the_model_cannot_hold_is_refused(
    changed: dict[str, object], said: str, patient: Patient, world: World
) -> None:
    told = replace(patient, **changed)  # type: ignore[arg-type]
    with pytest.raises(UnmoorError, match=said):
        pool_of(told, world, 1).covariates(3)
