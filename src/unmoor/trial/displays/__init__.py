"""Belongs here if it reads off a result what one display of an oncology report shows: who, when, how many."""

from unmoor.trial.displays.displays import Displays
from unmoor.trial.displays.survival_curve import SurvivalCurve
from unmoor.trial.displays.worst_grades import WorstGrades

__all__ = ["Displays", "SurvivalCurve", "WorstGrades"]
