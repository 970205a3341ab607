"""Patients under draws of a posterior: draw by draw the very patients of that draw's model."""

from __future__ import annotations

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.model.posterior import Fitted, Posterior
from unmoor.population import Mixture, Population, load_population, sample, sample_draws


@pytest.fixture(scope="module")
def population() -> Population:
    return load_population("nhl-phase3", "mobilisation")


@pytest.fixture(scope="module")
def posterior(population: Population) -> Posterior:
    """Three draws of a value that varies between patients, of one that does not, and of a population's own."""
    assert population.model is not None
    files = {
        "cd34_tether_cxcr4_tether": "cells/cd34.csv",
        "cd34_cells_homing_rate": "cells/cd34.csv",
        "cd34_cells_baseline_concentration": "populations/nhl-phase3.csv",
    }
    usual = np.array([population.model.rows[name].value for name in files], dtype=float)
    name = population.model.rows["cd34_cells_homing_rate"].source.removeprefix("fitted:").strip()
    columns = tuple(Fitted(file, symbol) for symbol, file in files.items())
    return Posterior(name, columns, usual * np.array([[0.9, 1.2, 1.0], [1.0, 0.8, 1.1], [1.1, 1.0, 0.7]]))


def test_each_block_is_sampled_under_its_draw(population: Population, posterior: Posterior) -> None:
    people = sample_draws(population, posterior, 3, 20, seed=2)
    assert list(people.parameters.index) == list(range(60))
    assert population.model is not None
    acting = posterior.acting(population.model)
    for draw in range(3):
        block = people.parameters.iloc[20 * draw : 20 * draw + 20]
        one = population.over(posterior.over(population.model, draw))
        alone = sample(one, 20, seed=2, first=20 * draw).parameters
        np.testing.assert_array_equal(block[alone.columns], alone)
        for (name, part), draws in acting.items():
            if part == "value" and name not in alone.columns:
                np.testing.assert_allclose(block[name], draws[draw])


def test_a_mixture_lays_a_draw_over_each_part(population: Population, posterior: Posterior) -> None:
    donors = load_population("healthy-donor", "mobilisation")
    assert donors.model is not None
    mixture = Mixture(donors.model, ((population, 1.0), (donors, 1.0)))
    people = sample_draws(mixture, posterior, 2, 30, seed=2)
    assert len(people) == 60
    acting = posterior.acting(donors.model)
    for (name, part), draws in acting.items():
        if part == "value" and name in people.parameters and name not in {each.name for each in donors.variability}:
            np.testing.assert_allclose(people.parameters[name].iloc[30:], draws[1])


def test_more_draws_than_there_are_is_refused(population: Population, posterior: Posterior) -> None:
    with pytest.raises(BadInput, match="draws asked of"):
        sample_draws(population, posterior, len(posterior) + 1, 2, seed=1)
    with pytest.raises(BadInput, match="loaded without a model"):
        sample_draws(load_population("nhl-phase3"), posterior, 2, 2, seed=1)
