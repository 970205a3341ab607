"""Belongs here if it says who the patients are: covariates, variability, correlations, entry criteria, sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unmoor.base.lazy import import_on_use
from unmoor.population.mixture import Mixture
from unmoor.population.patients import Patients
from unmoor.population.population import Population
from unmoor.population.sample import sample
from unmoor.population.uncertain import sample_draws

if TYPE_CHECKING:
    from unmoor.population.reading import load_population, overlay_of

__all__ = ["load_population", "overlay_of", "Population", "Mixture", "sample", "sample_draws", "Patients"]

# who only draws does not wait for what reads population files
import_on_use(__name__, dict.fromkeys(("load_population", "overlay_of"), "unmoor.population.reading"))
