"""Belongs here if it says what is given, to whom and when: drugs, regimens as text, dosing tables, events."""

from __future__ import annotations

from unmoor.dosing.drug import Drug
from unmoor.dosing.drug_file import library_drugs, load_drug
from unmoor.dosing.events import Action, Events
from unmoor.dosing.regimen import Regimen
from unmoor.dosing.table import read_table
from unmoor.dosing.treatment import Treatment

__all__ = ["Regimen", "read_table", "Treatment", "Events", "Action", "Drug", "load_drug", "library_drugs"]
