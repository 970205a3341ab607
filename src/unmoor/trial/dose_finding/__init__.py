"""Belongs here if every dose-finding design needs it and none owns it: histories, stopping, simulation, pathways."""

from unmoor.trial.dose_finding.backfill import Backfill, run_with_backfill
from unmoor.trial.dose_finding.curves import Empiric, Logistic
from unmoor.trial.dose_finding.design import Decision, Design
from unmoor.trial.dose_finding.enumeration import Enumeration, enumerate_trials
from unmoor.trial.dose_finding.history import History
from unmoor.trial.dose_finding.inference import Bayes, Likelihood
from unmoor.trial.dose_finding.operating import Operating
from unmoor.trial.dose_finding.pathways import Pathways, pathways
from unmoor.trial.dose_finding.simulate import Outcome, operating_characteristics, run_trials
from unmoor.trial.dose_finding.skeleton import indifference_skeleton
from unmoor.trial.dose_finding.stopping import EnoughAtDose, LowestTooToxic, ModelTooToxic
from unmoor.trial.dose_finding.table import boundaries, boundary_columns, letters, letters_by_count
from unmoor.trial.dose_finding.truth import Truth, from_patients, from_rates

__all__ = [
    "Design", "Decision", "History",
    "Empiric", "Logistic", "Bayes", "Likelihood", "indifference_skeleton",
    "LowestTooToxic", "ModelTooToxic", "EnoughAtDose",
    "boundaries", "boundary_columns", "letters", "letters_by_count", "Pathways", "pathways",
    "Enumeration", "enumerate_trials",
    "Truth", "from_rates", "from_patients", "Outcome", "run_trials", "Backfill", "run_with_backfill",
    "Operating", "operating_characteristics",
]  # fmt: skip
