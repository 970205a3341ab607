"""Belongs here if it estimates, compares or models times at which things happen to patients, some unseen."""

from unmoor.trial.survival.aalen_johansen import aalen_johansen, competing_risks
from unmoor.trial.survival.cox import Cox, cox
from unmoor.trial.survival.fine_gray import FineGray, fine_gray
from unmoor.trial.survival.gray import gray_test
from unmoor.trial.survival.incidence import incidence_variance
from unmoor.trial.survival.kaplan_meier import INTERVALS, KaplanMeier, kaplan_meier
from unmoor.trial.survival.landmark import landmark
from unmoor.trial.survival.log_rank import LogRank, log_rank, two_sample_log_rank
from unmoor.trial.survival.restricted_mean import adjusted_rmst, compare_rmst, restricted_mean
from unmoor.trial.survival.weighted_rows import WeightedRows, weighted_rows

__all__ = [
    "kaplan_meier",
    "KaplanMeier",
    "INTERVALS",
    "restricted_mean",
    "compare_rmst",
    "adjusted_rmst",
    "log_rank",
    "two_sample_log_rank",
    "LogRank",
    "competing_risks",
    "aalen_johansen",
    "incidence_variance",
    "gray_test",
    "fine_gray",
    "FineGray",
    "weighted_rows",
    "WeightedRows",
    "cox",
    "Cox",
    "landmark",
]
