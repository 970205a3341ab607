"""Belongs here if it says how a trial is designed, run, reacted to or read: study, protocol, endpoint, statistic."""

from unmoor.base.curves_summary import curves_summary
from unmoor.trial import designs, dose_finding, phase_two
from unmoor.trial.adam import Adam, adam_data, write_adam
from unmoor.trial.agreement import agreement
from unmoor.trial.evaluate import evaluate
from unmoor.trial.reproduction import reproduce
from unmoor.trial.resume import resume
from unmoor.trial.simulate import CannotWrite, Interrupted, simulate
from unmoor.trial.study import Study
from unmoor.trial.study_reading import load_study
from unmoor.trial.unfinished import Unfinished, unfinished

__all__ = [
    "load_study",
    "Study",
    "simulate",
    "Interrupted",
    "CannotWrite",
    "resume",
    "unfinished",
    "Unfinished",
    "evaluate",
    "curves_summary",
    "reproduce",
    "agreement",
    "designs",
    "dose_finding",
    "phase_two",
    "adam_data",
    "Adam",
    "write_adam",
]
