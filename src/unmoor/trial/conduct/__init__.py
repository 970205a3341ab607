"""Belongs here if it is what happens to a trial besides treatment: who comes, who leaves, what is missed."""

from unmoor.trial.conduct.cohorts import cohort_starts
from unmoor.trial.conduct.data_cut import Observed, cut_at, cut_at_events
from unmoor.trial.conduct.dropout import dropout_times, missed_visits
from unmoor.trial.conduct.eligibility import Screening, screen
from unmoor.trial.conduct.enrolment import arrivals

__all__ = [
    "arrivals",
    "screen",
    "Screening",
    "cohort_starts",
    "dropout_times",
    "missed_visits",
    "cut_at",
    "cut_at_events",
    "Observed",
]
