"""What each response criterion reads at an assessment, in which units, and what it says of a patient's whole course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import unknown
from unmoor.trial.criteria import aml, imwg

Floats = NDArray[np.float64]
Readings = Mapping[str, NDArray[np.float64]]
Judge = Callable[[str, Readings, Readings], tuple[NDArray[np.str_], NDArray[np.bool_]]]

FLAG = "yes or no"
REMISSIONS = ("CR", "CRp", "CRh", "CRi", "MLFS")


@dataclass(frozen=True)
class Criterion:
    """A version of a response criterion, as a study asks for it.

    `order` holds its responses, best first; `counted` those that count as a response where nobody says otherwise;
    `readings` the unit of each argument, FLAG for a yes or a no; `required` those it cannot do without; `progresses`
    whether a patient who never responded can progress.
    """

    version: str
    source: str
    order: tuple[str, ...]
    counted: tuple[str, ...]
    readings: Mapping[str, str]
    required: tuple[str, ...]
    progresses: bool
    judge: Judge

    def __call__(self, now: Readings, baseline: Readings) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
        """Response at each assessment and whether it ends one before it, both (patient, assessment).

        `now` holds readings (patient, assessment), `baseline` those (patient, 1), flags as 0 and 1.
        Raises BadInput for impossible values.
        """
        return self.judge(self.version, now, baseline)


def _aml(version: str, now: Readings, baseline: Readings) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """After a remission a relapse ends it; after no more than a partial response, an assessment without response."""
    response = aml.aml_response(version, baseline_blasts=baseline["blasts"], **now)
    seen = {name: now[name] for name in ("circulating_blasts", "extramedullary") if name in now}
    relapse = aml.aml_relapse(blasts=now["blasts"], **seen)
    remitted = np.logical_or.accumulate(np.isin(response, REMISSIONS), axis=1)
    before = np.concatenate([np.zeros((len(response), 1), dtype=bool), remitted[:, :-1]], axis=1)
    return response, np.where(before, relapse, response == "NR")


def _imwg(version: str, now: Readings, baseline: Readings) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Progression is counted from the lowest value up to each assessment; it ends a response, or its absence."""
    measured = {name: now[name] for name in ("serum", "urine", "dflc") if name in now}
    nadir = {
        f"nadir_{name}": np.fmin.accumulate(np.concatenate([baseline[name], values[:, :-1]], axis=1), axis=1)
        for name, values in measured.items()
    }
    first = {f"baseline_{name}": baseline[name] for name in measured}
    response = imwg.imwg_response(version, **first, **nadir, **now)
    return response, response == "PD"


_AML = {
    "blasts": "%", "neutrophils": "10^9 cells/L", "platelets": "10^9 cells/L", "circulating_blasts": FLAG,
    "auer_rods": FLAG, "extramedullary": FLAG, "transfusion_independent": FLAG, "marrow_evaluable": FLAG,
}  # fmt: skip
_IMWG = {
    "serum": "g/dL", "urine": "mg/day", "dflc": "mg/dL", "immunofixation_negative": FLAG, "marrow_plasma_cells": "%",
    "flc_ratio": "1", "clonal_cells": FLAG, "new_lesion": FLAG,
}  # fmt: skip
_AML_COUNTED = {
    "IWG2003": ("CR", "CRp", "CRi", "PR"),
    "ELN2017": ("CR", "CRi", "MLFS", "PR"),
    "ELN2022": ("CR", "CRh", "CRi", "MLFS", "PR"),
}
CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        version: Criterion(
            version, source, aml.RESPONSES[version], _AML_COUNTED[version], MappingProxyType(_AML),
            ("blasts", "neutrophils", "platelets"), False, _aml,
        )
        for version, source in aml.VERSIONS.items()
    }
    | {
        version: Criterion(
            version, source, imwg.RESPONSES[version], imwg.OVERALL, MappingProxyType(_IMWG), ("serum",), True, _imwg
        )
        for version, source in imwg.VERSIONS.items()
    }
)  # fmt: skip


def criterion_of(version: str, *, where: str = "") -> Criterion:
    """The response criterion of this version, such as IWG2003 or IMWG2016.

    Raises UnknownName with the nearest version: responses differ between versions, so it is always named.
    """
    if version not in CRITERIA:
        raise unknown("version of a response criterion", version, CRITERIA, where=where)
    return CRITERIA[version]
