"""Response of acute myeloid leukaemia by marrow, blood and transfusion need: IWG 2003, ELN 2017, ELN 2022."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput
from unmoor.trial.criteria.bounds import (
    MOST_NEUTROPHILS,
    MOST_PLATELETS,
    at_least,
    below,
    first_that_holds,
    fitting,
    measured,
    version_of,
)

VERSIONS = {
    "IWG2003": "Cheson et al., J Clin Oncol 2003;21:4642-9",
    "ELN2017": "Dohner et al., Blood 2017;129:424-47",
    "ELN2022": "Dohner et al., Blood 2022;140:1345-77",
}
RESPONSES = {  # best first
    "IWG2003": ("CR", "CRp", "CRi", "MLFS", "PR", "NR", "NE"),
    "ELN2017": ("CR", "CRi", "MLFS", "PR", "NR", "NE"),
    "ELN2022": ("CR", "CRh", "CRi", "MLFS", "PR", "NR", "NE"),
}
REMISSION_BLASTS, PARTIAL_BLASTS, PARTIAL_FALL = 5.0, 25.0, 0.5
NEUTROPHILS, PLATELETS = 1.0, 100.0
PARTIAL_NEUTROPHILS, PARTIAL_PLATELETS = 0.5, 50.0
"""10^9/L: CRh of ELN 2022 asks for both; below both the count has not recovered even in part (MLFS here)."""


def aml_response(
    version: str,
    *,
    blasts: ArrayLike,
    neutrophils: ArrayLike,
    platelets: ArrayLike,
    baseline_blasts: ArrayLike,
    circulating_blasts: ArrayLike = False,
    auer_rods: ArrayLike = False,
    extramedullary: ArrayLike = False,
    transfusion_independent: ArrayLike = True,
    marrow_evaluable: ArrayLike = True,
) -> NDArray[np.str_]:
    """Response at one assessment, elementwise over arrays of one shape: one of RESPONSES[version].

    `blasts` and `baseline_blasts` in % of marrow cells, `neutrophils` and `platelets` in 10^9/L; the rest True or
    False. `marrow_evaluable`: at least 200 cells counted or a cellularity of 10% or more. NE where blasts or both
    counts are missing, or where an empty marrow has not recovered.

    Conventions where the texts leave room: CRh is reported before CRi; a marrow remission whose neutrophils and
    platelets are below 0.5 and 50 x 10^9/L is MLFS, with one of them above it is CRi; circulating blasts or
    extramedullary disease exclude every remission; Auer rods do too, but are PR in IWG 2003.
    Source: VERSIONS. Raises UnknownName for a version that does not exist, BadInput for impossible values.
    """
    where = f"AML response, {version_of(version, VERSIONS, 'the AML response criteria')}"
    share = measured("marrow blasts (%)", blasts, where, highest=100)
    before = measured("marrow blasts at baseline (%)", baseline_blasts, where, highest=100)
    anc = measured("neutrophils (10^9/L)", neutrophils, where, highest=MOST_NEUTROPHILS)
    plt = measured("platelets (10^9/L)", platelets, where, highest=MOST_PLATELETS)
    if 0 < np.max(before, initial=0.0, where=~np.isnan(before)) <= 1:
        what, todo = "no baseline above 1% of marrow blasts", "give % of marrow cells, such as 60, not a fraction"
        raise BadInput(what, where=where, todo=todo)
    flags = (circulating_blasts, auer_rods, extramedullary, transfusion_independent, marrow_evaluable)
    fitting(where, share, before, anc, plt, *flags)
    auer = np.asarray(auer_rods, dtype=bool)
    clean = ~(np.asarray(circulating_blasts, dtype=bool) | np.asarray(extramedullary, dtype=bool))

    recovered = at_least(anc, NEUTROPHILS) & at_least(plt, PLATELETS)
    neither = below(anc, PARTIAL_NEUTROPHILS) & below(plt, PARTIAL_PLATELETS)
    remission = below(share, REMISSION_BLASTS) & clean & ~auer
    fall = at_least(before - share, PARTIAL_FALL * before)
    residual = at_least(share, REMISSION_BLASTS) & ~below(PARTIAL_BLASTS, share)
    partial = residual & fall & recovered & clean
    unknown_counts = np.isnan(anc) | np.isnan(plt)
    evaluable = np.asarray(marrow_evaluable, dtype=bool)
    independent = np.asarray(transfusion_independent, dtype=bool)

    not_evaluable = np.isnan(share) | (remission & (unknown_counts | (neither & ~evaluable)))
    steps = [(not_evaluable, "NE")]
    if version == "IWG2003":
        steps += [
            (remission & recovered & independent, "CR"),
            (remission & recovered, "MLFS"),
            (remission & at_least(anc, NEUTROPHILS), "CRp"),
            (remission & ~neither, "CRi"),
            (remission, "MLFS"),
            (partial | (below(share, REMISSION_BLASTS) & auer & clean & recovered), "PR"),
        ]
    else:
        steps += [(remission & recovered, "CR")]
        if version == "ELN2022":
            both = at_least(anc, PARTIAL_NEUTROPHILS) & at_least(plt, PARTIAL_PLATELETS)
            steps += [(remission & both, "CRh")]
        steps += [(remission & ~neither, "CRi"), (remission, "MLFS"), (partial & ~auer, "PR")]
    return first_that_holds(steps, "NR")


def aml_relapse(
    *, blasts: ArrayLike, circulating_blasts: ArrayLike = False, extramedullary: ArrayLike = False
) -> NDArray[np.bool_]:
    """Whether an assessment after CR, CRh or CRi is a relapse: marrow blasts of 5% or more, blood blasts, new disease.

    `blasts` in % of marrow cells, NaN where not measured. Source: Dohner et al., Blood 2022;140:1345-77.
    Raises BadInput for impossible values.
    """
    share = measured("marrow blasts (%)", blasts, "AML relapse", highest=100)
    seen = np.asarray(circulating_blasts, dtype=bool) | np.asarray(extramedullary, dtype=bool)
    return at_least(share, REMISSION_BLASTS) | seen
