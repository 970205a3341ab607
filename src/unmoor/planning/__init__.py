"""Belongs here if it advises on one patient from a weighted virtual population."""

from unmoor.planning.advice import Plan, plan
from unmoor.planning.clock import said
from unmoor.planning.patient import Clinic, Count, Pack, Patient, Prices, Session
from unmoor.planning.patient_file import patient_from, patient_to, read_patient

__all__ = [
    "Clinic", "Count", "Pack", "Patient", "Plan", "Prices", "Session", "patient_from", "patient_to", "plan",
    "read_patient", "said",
]  # fmt: skip
