"""Belongs here if it holds what the engine computes against answers that others published; it computes none itself."""

from unmoor.verification.case import Case, read_case
from unmoor.verification.check import Finding, check_case
from unmoor.verification.suite import verify_sbml
from unmoor.verification.table import page, reasons, rows

__all__ = ["verify_sbml", "check_case", "read_case", "Case", "Finding", "rows", "reasons", "page"]
