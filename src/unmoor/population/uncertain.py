"""Virtual patients under many draws of a posterior at once: what one does not know beside how patients differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput
from unmoor.population.mixture import Mixture, pooled
from unmoor.population.population import Population
from unmoor.population.sample import sample

if TYPE_CHECKING:
    from unmoor.model.posterior import Posterior
    from unmoor.population.patients import Patients


def sample_draws(population: Population | Mixture, posterior: Posterior, draws: int, each: int, seed: int) -> Patients:
    """`each` patients under each of the first `draws` draws; patient number i belongs to draw i // each.

    Patients of different draws are different people, so that a trial drawn from one draw's patients differs from one of
    another draw by both who is in it and what the parameters are. Raises BadInput for a population without a model or
    more draws than the posterior holds.
    """
    if population.model is None:
        raise BadInput(
            f"population '{population.name}' was loaded without a model", todo="load_population(name, model)"
        )
    posterior = posterior.first(draws)
    blocks = []
    for draw in range(draws):
        if isinstance(population, Mixture):
            parts = tuple((_under(part, posterior, draw), weight) for part, weight in population.parts)
            blocks += Mixture(population.model, parts).blocks(each, seed, first=draw * each)
            continue
        drawn = _under(population, posterior, draw)
        blocks.append((drawn, sample(drawn, each, seed, first=draw * each)))
    return pooled(population.model, blocks, name=population.name)


def _under(population: Population, posterior: Posterior, draw: int) -> Population:
    assert population.model is not None
    return population.over(posterior.over(population.model, draw))
