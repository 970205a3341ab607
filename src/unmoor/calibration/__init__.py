"""Belongs here if it turns published observations into parameter values: targets, scenarios, staged fits, reports."""

from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.plan import Plan, load_plan

__all__ = ["Fit", "Plan", "calibrate", "load_plan"]
