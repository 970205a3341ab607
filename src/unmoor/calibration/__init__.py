"""Belongs here if it turns published observations into parameter values: targets, scenarios, staged fits, reports."""

from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.plan import Plan, load_plan
from unmoor.model import Posterior, load_posterior, posterior_of

__all__ = ["Fit", "Plan", "calibrate", "load_plan", "Posterior", "load_posterior", "posterior_of"]
