"""ADPC and ADLB: the curves as records, concentrations of drugs in one and everything else in the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.adam.columns import codes, day, subject, treatment
from unmoor.trial.among import Group

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.trial.study import Study

CONCENTRATIONS = ("ng/mL", "ug/mL", "mg/L", "ug/L", "nM", "pM", "uM", "nmol/L")
GRADED = {
    "anc": (("neutrophil count decreased",), 1.8), "wbc": (("white blood cell decreased",), 4.0),
    "platelets": (("platelet count decreased", "thrombocytopenia"), 150.0),
}  # fmt: skip
"""Output -> its laboratory term as the versions call it, and the adult lower limit of normal (10^9/L) of grade 1."""


def concentrations(study: Study) -> list[str]:
    """Kept outputs that are concentrations of a drug, by their unit."""
    return [name for name in study.outputs if study.unit(name) in CONCENTRATIONS]


def adpc(study: Study, result: Result) -> pd.DataFrame:
    """Concentrations at every time of the grid, one record a subject, parameter and time."""
    return _long(study, result, concentrations(study))


def adlb(study: Study, result: Result, toxicity: str) -> pd.DataFrame:
    """All other curves, with baseline (the first record), change, and grades by CTCAE `toxicity` where known."""
    from unmoor.trial.criteria import ctcae_grade, ctcae_terms

    drugs = concentrations(study)
    frame = _long(study, result, [name for name in study.outputs if name not in drugs])
    first = frame.groupby(["USUBJID", "PARAMCD"], sort=False)["AVAL"].transform("first")
    frame["BASE"], frame["CHG"] = first, frame["AVAL"] - first
    start = frame.groupby(["USUBJID", "PARAMCD"], sort=False).cumcount() == 0
    frame["ABLFL"] = np.where(start, "Y", "")
    known, grades = ctcae_terms(toxicity), np.full(len(frame), np.nan)
    for name, column in codes(study.outputs).items():
        terms, limit = GRADED.get(name, ((), 0.0))
        for term in [term for term in terms if term in known and study.unit(name) == "10^9 cells/L"]:
            rows = (frame["PARAMCD"] == column).to_numpy()
            grades[rows] = ctcae_grade(toxicity, term, frame["AVAL"].to_numpy()[rows], lower_limit=limit)
    graded = ~np.isnan(grades)
    frame["ATOXGRL"] = np.where(graded, np.nan_to_num(grades).astype(int).astype(str), "")
    frame["TOXVER"] = np.where(graded, f"CTCAE {toxicity}", "")
    return frame


def _long(study: Study, result: Result, outputs: list[str]) -> pd.DataFrame:
    import pandas as pd

    short, times = codes(study.outputs), result.times
    frames = []
    for arm in study.arms:
        group = Group.of(arm, result)
        who = result.patients.index.to_numpy()[group.alive]
        people = np.repeat(np.array(subject(study, arm.name, who), dtype=object), len(times))
        for name in outputs:
            values = result.curves[name].sel(arm=arm.name).transpose("patient", "time").values[group.alive]
            attributes: Mapping[str, object] = result.curves[name].attrs
            frames.append(pd.DataFrame({
                "STUDYID": study.name, "USUBJID": people, **treatment(study, arm.name), "PARAMCD": short[name],
                "PARAM": f"{attributes.get('long_name', name)} ({attributes.get('units', '')})"[:200],
                "AVAL": values.astype(float).ravel(), "AVALU": str(attributes.get("units", "")),
                "ADY": np.tile(day(times), len(who)), "AFRLT": np.tile(times, len(who)),
            }))  # fmt: skip
    columns = ["STUDYID", "USUBJID", "TRTP", "TRTPN", "PARAMCD", "PARAM", "AVAL", "AVALU", "ADY", "AFRLT"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
