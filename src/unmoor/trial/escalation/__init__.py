"""Belongs here if it runs dose-finding designs on a study's own patients: what limits the dose, who is given which."""

from unmoor.trial.escalation.build import build_design
from unmoor.trial.escalation.compare import DesignComparison, compare_designs
from unmoor.trial.escalation.escalation import Escalation, escalate

__all__ = ["build_design", "escalate", "Escalation", "compare_designs", "DesignComparison"]
