"""Belongs here if it says who the patients are: covariates, variability, correlations, entry criteria, sampling."""

from unmoor.population.mixture import Mixture
from unmoor.population.patients import Patients
from unmoor.population.population import Population
from unmoor.population.reading import load_population, overlay_of
from unmoor.population.sample import sample
from unmoor.population.uncertain import sample_draws

__all__ = ["load_population", "overlay_of", "Population", "Mixture", "sample", "sample_draws", "Patients"]
