"""Belongs here if it turns published observations into parameter values: targets, scenarios, fits, posteriors."""

from unmoor.calibration.estimate import Fit, calibrate
from unmoor.calibration.exposures import Compared, Exposure, compare, drug_model, label_curves, published_curves
from unmoor.calibration.incidence import Incidence, graded_events, incidence
from unmoor.calibration.plan import Plan, load_plan
from unmoor.calibration.run import Calibration, calibrated
from unmoor.calibration.sampler import Sample, sample_posterior
from unmoor.calibration.study_fit import StudyFit, fit_studies
from unmoor.calibration.study_plan import StudyPlan, is_study_plan, load_study_plan
from unmoor.calibration.summary import study_summary, summary
from unmoor.calibration.tables import write_posterior, write_tables
from unmoor.model import Posterior, load_posterior, posterior_of

__all__ = [
    "Plan", "load_plan",
    "Fit", "calibrate",
    "Sample", "sample_posterior",
    "Calibration", "calibrated", "summary",
    "Incidence", "incidence", "graded_events",
    "StudyPlan", "is_study_plan", "load_study_plan", "StudyFit", "fit_studies", "study_summary",
    "write_tables", "write_posterior",
    "Posterior", "load_posterior", "posterior_of",
    "Compared", "Exposure", "compare", "drug_model", "label_curves", "published_curves",
]  # fmt: skip
