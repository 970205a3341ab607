"""Names and labels of ADaM variables, and the identifiers that all data sets share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unmoor.trial.study import Study

LABELS = {
    "STUDYID": "Study Identifier", "USUBJID": "Unique Subject Identifier", "SUBJID": "Subject Identifier for the Study",
    "ARM": "Description of Planned Arm", "TRT01P": "Planned Treatment for Period 01", "TRTP": "Planned Treatment",
    "TRTPN": "Planned Treatment (N)", "TRT01PN": "Planned Treatment for Period 01 (N)",
    "AGE": "Age", "AGEU": "Age Units", "SEX": "Sex", "ITTFL": "Intent-To-Treat Population Flag",
    "SAFFL": "Safety Population Flag", "COMPLFL": "Completers Population Flag", "DCSREAS": "Reason for Discontinuation",
    "PARAM": "Parameter", "PARAMCD": "Parameter Code", "AVAL": "Analysis Value", "AVALC": "Analysis Value (C)",
    "AVALU": "Analysis Value Unit", "ADY": "Analysis Relative Day", "AFRLT": "Actual Rel Time from First Dose (h)",
    "BASE": "Baseline Value", "CHG": "Change from Baseline", "ABLFL": "Baseline Record Flag", "CNSR": "Censor",
    "EVNTDESC": "Event or Censoring Description", "ANL01FL": "Analysis Flag 01",
    "AETERM": "Reported Term for the Adverse Event", "AEDECOD": "Dictionary-Derived Term",
    "ASTDY": "Analysis Start Day",
    "ASTRLTM": "Start Relative Time from First Dose (h)", "ATOXGR": "Analysis Toxicity Grade",
    "ATOXGRL": "Analysis Toxicity Grade Low", "TRTEMFL": "Treatment Emergent Analysis Flag", "AESEQ": "Sequence Number",
    "TOXVER": "Version of the Toxicity Criteria", "VIRTPAT": "Virtual Patient",
    "ENTRYRTM": "Entry Rel Time from First Entry (h)", "DLTFL": "Dose-Limiting Toxicity Flag",
    "DLTRLTM": "DLT Relative Time from First Dose (h)", "EXPANFL": "Entered after the Design Ended Flag",
}  # fmt: skip
HOURS = 24.0


def subject(study: Study, arm: str, patients: Iterable[object]) -> list[str]:
    """USUBJID: study, arm and patient; the same virtual patient in another arm is another subject."""
    return [f"{study.name}.{arm}.{patient}" for patient in patients]


def treatment(study: Study, arm: str) -> dict[str, object]:
    """Columns that say which arm a record belongs to."""
    return {"TRTP": study.arm(arm).title[:200], "TRTPN": [one.name for one in study.arms].index(arm) + 1}


def code(name: str, taken: Iterable[str] = ()) -> str:
    """A code of at most eight capitals and digits, none of `taken`: SAS transport files hold no longer one."""
    plain = re.sub(r"[^A-Z0-9]", "", name.upper()) or "X"
    plain = plain if plain[0].isalpha() else f"X{plain}"
    used = set(taken)
    for k in range(1, 100):
        tail = "" if k == 1 else str(k)
        found = plain[: 8 - len(tail)] + tail
        if found not in used:
            return found
    raise AssertionError(f"a hundred codes begin with {plain}")  # a study has no hundred outputs


def codes(names: Iterable[str]) -> dict[str, str]:
    """Name -> its code, each code once."""
    found: dict[str, str] = {}
    for name in names:
        found[name] = code(name, found.values())
    return found


def day(hours: np.ndarray) -> np.ndarray:
    """ADY: study day 1 begins at hour 0; there is no day 0."""
    whole = np.floor(np.asarray(hours, dtype=float) / HOURS)
    return np.where(whole >= 0, whole + 1, whole)
