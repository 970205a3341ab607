"""Response of multiple myeloma by M-protein, light chains and marrow: IMWG 2016."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.trial.criteria.bounds import above, at_least, below, first_that_holds, fitting, measured, version_of

VERSIONS = {"IMWG2016": "Kumar et al., Lancet Oncol 2016;17:e328-46"}
RESPONSES = {"IMWG2016": ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD", "NE")}  # best first
OVERALL = ("sCR", "CR", "VGPR", "PR")
"""Responses that count for the overall response rate."""
CLINICAL_BENEFIT = (*OVERALL, "MR")
"""Responses that count for the clinical benefit rate."""
SERUM, URINE, LIGHT_CHAIN = 1.0, 200.0, 10.0
"""Measurable disease: serum M-protein g/dL, urine M-protein mg/24 h, involved free light chain mg/dL."""
NORMAL_RATIO = (0.26, 1.65)


def imwg_response(
    version: str,
    *,
    baseline_serum: ArrayLike,
    serum: ArrayLike,
    baseline_urine: ArrayLike = 0.0,
    urine: ArrayLike = 0.0,
    nadir_serum: ArrayLike = np.nan,
    nadir_urine: ArrayLike = np.nan,
    baseline_dflc: ArrayLike = np.nan,
    dflc: ArrayLike = np.nan,
    nadir_dflc: ArrayLike = np.nan,
    immunofixation_negative: ArrayLike = False,
    marrow_plasma_cells: ArrayLike = np.nan,
    flc_ratio: ArrayLike = np.nan,
    clonal_cells: ArrayLike = True,
    new_lesion: ArrayLike = False,
) -> NDArray[np.str_]:
    """Response at one assessment, elementwise over arrays that broadcast: sCR, CR, VGPR, PR, MR, SD, PD or NE.

    M-protein: serum in g/dL, urine in mg/24 h; `dflc` (involved less uninvolved free light chain, mg/dL) counts only
    where neither is measurable at baseline; `marrow_plasma_cells` in %. A nadir left out is the lower of baseline and
    now. Without measurable disease only PD by a new lesion can be told, else NE.

    The falls asked for: PR 50% in serum and, in urine, 90% or to below 200 mg/24 h; MR 25% and 50%; VGPR 90% in serum
    with urine below 100 mg/24 h, or no M-protein on electrophoresis. PD: 25% above the lowest value and 0.5 g/dL in
    serum (1 g/dL is enough where the lowest is 5 g/dL or more), 200 mg/24 h in urine, more than 10 mg/dL of dFLC.
    Confirmation by the next assessment is `confirmed`. Source: VERSIONS.
    Raises UnknownName for a version that does not exist, BadInput for impossible values.
    """
    where = f"myeloma response, {version_of(version, VERSIONS, 'the myeloma response criteria')}"
    s0, s = measured("serum M-protein at baseline", baseline_serum, where), measured("serum M-protein", serum, where)
    u0, u = measured("urine M-protein at baseline", baseline_urine, where), measured("urine M-protein", urine, where)
    f0, f = measured("dFLC at baseline", baseline_dflc, where), measured("dFLC", dflc, where)
    low_s = np.fmin(measured("lowest serum M-protein", nadir_serum, where), np.fmin(s0, s))
    low_u = np.fmin(measured("lowest urine M-protein", nadir_urine, where), np.fmin(u0, u))
    low_f = np.fmin(measured("lowest dFLC", nadir_dflc, where), np.fmin(f0, f))
    marrow = measured("plasma cells in marrow (%)", marrow_plasma_cells, where, highest=100)
    ratio = measured("free light chain ratio", flc_ratio, where)
    fitting(where, low_s, low_u, low_f, marrow, ratio, immunofixation_negative, clonal_cells, new_lesion)

    by_serum, by_urine = at_least(s0, SERUM), at_least(u0, URINE)
    by_chain = ~by_serum & ~by_urine & at_least(f0, LIGHT_CHAIN)
    measurable = by_serum | by_urine | by_chain
    missing = (by_serum & np.isnan(s)) | (by_urine & np.isnan(u)) | (by_chain & np.isnan(f))

    lesion = np.asarray(new_lesion, dtype=bool)
    progress_s = _risen(low_s, s, 0.5) | (at_least(low_s, 5.0) & at_least(s - low_s, 1.0))
    progress_f = by_chain & at_least(f - low_f, 0.25 * low_f) & above(f - low_f, 10.0)
    progress = lesion | progress_s | _risen(low_u, u, 200.0) | progress_f

    gone = (np.nan_to_num(s, nan=1.0) == 0) & (np.nan_to_num(u, nan=1.0) == 0)
    negative = gone & np.asarray(immunofixation_negative, dtype=bool)
    complete = negative & below(marrow, 5.0)
    normal = at_least(ratio, NORMAL_RATIO[0]) & ~above(ratio, NORMAL_RATIO[1])
    stringent = complete & normal & ~np.isnan(ratio) & ~np.asarray(clonal_cells, dtype=bool)

    def fallen(serum_fall: float, urine_fall: float, urine_below: float, chain_fall: float) -> NDArray[np.bool_]:
        in_serum = ~by_serum | _fallen(s0, s, serum_fall)
        in_urine = ~by_urine | _fallen(u0, u, urine_fall) | below(u, urine_below)
        return measurable & in_serum & in_urine & (~by_chain | _fallen(f0, f, chain_fall))

    very_good = fallen(0.9, np.inf, 100.0, 0.9) & (below(u, 100.0) | by_chain)
    steps = [
        (progress & (measurable | lesion), "PD"),
        (~measurable | missing, "NE"),
        (stringent, "sCR"),
        (complete, "CR"),
        ((gone & ~by_chain) | very_good, "VGPR"),
        (fallen(0.5, 0.9, 200.0, 0.5), "PR"),
        # a light-chain disease has no MR
        (fallen(0.25, 0.5, 0.0, np.inf), "MR"),
    ]
    return first_that_holds(steps, "SD")


def _fallen(before: NDArray[np.float64], now: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    if np.isinf(share):
        return np.zeros(np.broadcast(before, now).shape, dtype=bool)
    return at_least(before - now, share * before)


def _risen(lowest: NDArray[np.float64], now: NDArray[np.float64], by: float) -> NDArray[np.bool_]:
    return at_least(now - lowest, 0.25 * lowest) & at_least(now - lowest, by)
