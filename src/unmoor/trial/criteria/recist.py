"""Response of solid tumours by the sum of diameters of target lesions: RECIST 1.1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.criteria.bounds import at_least, first_that_holds, measured, version_of

VERSIONS = {"1.1": "Eisenhauer et al., Eur J Cancer 2009;45:228-47"}
RESPONSES = ("CR", "PR", "SD", "PD", "NE")  # best first
NON_TARGET = ("CR", "non-CR/non-PD", "PD", "NE", "none")
PARTIAL_FALL, PROGRESSION_RISE, PROGRESSION_MM = 0.3, 0.2, 5.0


def recist_target(
    version: str,
    *,
    baseline: ArrayLike,
    nadir: ArrayLike,
    now: ArrayLike,
    nodes_normal: ArrayLike = False,
) -> NDArray[np.str_]:
    """Response of the target lesions, elementwise over sums of diameters in mm: CR, PR, SD, PD or NE.

    `nadir` is the lowest sum so far, baseline included. `nodes_normal`: what is left of the sum are lymph nodes with a
    short axis below 10 mm, and nothing else. PR: 30% or more below baseline; PD: 20% or more and 5 mm or more above
    the nadir. Source: VERSIONS. Raises UnknownName for a version, BadInput for impossible sums.
    """
    where = f"target lesions, RECIST {version_of(version, VERSIONS, 'RECIST')}"
    first = measured("sums of diameters at baseline (mm)", baseline, where)
    lowest = measured("lowest sums of diameters (mm)", nadir, where)
    total = measured("sums of diameters (mm)", now, where)
    if np.any(first == 0):
        raise BadInput("a sum of diameters of 0 mm at baseline", where=where, todo="target lesions have 10 mm or more")
    if np.any(lowest > first):
        raise BadInput("a nadir above the baseline", where=where, todo="the nadir is the lowest sum, baseline included")
    rise = total - lowest
    steps = [
        (np.isnan(total) | np.isnan(first) | np.isnan(lowest), "NE"),
        ((total == 0) | np.asarray(nodes_normal, dtype=bool), "CR"),
        (at_least(rise, PROGRESSION_RISE * lowest) & at_least(rise, PROGRESSION_MM), "PD"),
        (at_least(first - total, PARTIAL_FALL * first), "PR"),
    ]
    return first_that_holds(steps, "SD")


def recist_overall(
    version: str, *, target: ArrayLike, non_target: ArrayLike = "none", new_lesion: ArrayLike = False
) -> NDArray[np.str_]:
    """Overall response at one assessment from target lesions, other lesions and new ones (RECIST 1.1, table 1).

    `target` as `recist_target` gives it; `non_target` CR, non-CR/non-PD, PD, NE, or none where there are none.
    Raises UnknownName for a version or a response that does not exist.
    """
    where = f"overall response, RECIST {version_of(version, VERSIONS, 'RECIST')}"
    of_target, others = np.asarray(target, dtype=str), np.asarray(non_target, dtype=str)
    for given, known in ((of_target, RESPONSES), (others, NON_TARGET)):
        for word in np.unique(given):
            if word not in known:
                raise unknown("response", str(word), known, where=where)
    steps = [
        ((of_target == "PD") | (others == "PD") | np.asarray(new_lesion, dtype=bool), "PD"),
        (of_target == "NE", "NE"),
        ((of_target == "CR") & np.isin(others, ("CR", "none")), "CR"),
        (np.isin(of_target, ("CR", "PR")), "PR"),
    ]
    return first_that_holds(steps, "SD")
