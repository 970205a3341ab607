"""Belongs here if it says who the patients are: covariates, variability, correlations, entry criteria, sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unmoor.population.mixture import Mixture
from unmoor.population.patients import Patients
from unmoor.population.population import Population
from unmoor.population.sample import sample
from unmoor.population.uncertain import sample_draws

if TYPE_CHECKING:
    from unmoor.population.reading import load_population, overlay_of

__all__ = ["load_population", "overlay_of", "Population", "Mixture", "sample", "sample_draws", "Patients"]


def __getattr__(name: str) -> Any:
    """Import what reads population files when it is asked for: who only draws does not wait for its libraries."""
    if name in ("load_population", "overlay_of"):
        from unmoor.population import reading

        return getattr(reading, name)
    raise AttributeError(f"module 'unmoor.population' has no attribute '{name}'")
