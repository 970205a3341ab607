"""Belongs here if it turns measurements into a grade or a response by published rules, their version named."""

from unmoor.trial.criteria.aml import aml_relapse, aml_response
from unmoor.trial.criteria.course import best_response, confirmed, response_duration
from unmoor.trial.criteria.ctcae import ctcae_grade, ctcae_table, ctcae_terms, febrile_neutropenia
from unmoor.trial.criteria.dlt import DoseLimiting, ToxicityRule
from unmoor.trial.criteria.imwg import imwg_response
from unmoor.trial.criteria.irecist import irecist_course
from unmoor.trial.criteria.recist import recist_overall, recist_target

__all__ = [
    "aml_response",
    "aml_relapse",
    "imwg_response",
    "recist_target",
    "recist_overall",
    "irecist_course",
    "best_response",
    "confirmed",
    "response_duration",
    "ctcae_grade",
    "ctcae_terms",
    "ctcae_table",
    "febrile_neutropenia",
    "DoseLimiting",
    "ToxicityRule",
]
