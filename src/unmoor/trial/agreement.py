"""How well simulated values agree with published ones: mean fold error, and how many lie inside their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.trial.statistics.proportion import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

USES = ("calibration", "predicted")


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each use of a published value, and for all: of the table that `reproduce` gave, or of several joined.

    `mean_fold_error` is the geometric mean fold error exp(mean |ln(simulated / published)|) over `values` rows, which
    is 1 where all agree; `bias` is exp(mean ln(simulated / published)). `inside` of `with_interval` values lie in their
    90% interval; `share` with its exact 95% interval (Clopper and Pearson) should be near 0.9, and lies far above it
    where intervals say nothing; `wide_inside` lie in the interval with differences between studies. Values of one study
    are not independent, so the interval of the share is too narrow.
    """
    import pandas as pd

    rows = []
    for use in (*USES, "all"):
        chosen = table if use == "all" else table[table["use"] == use]
        logs = np.log(chosen["fold"].dropna().to_numpy(dtype=float))
        known = chosen["inside"].dropna()
        share = clopper_pearson(int(known.sum()), len(known))
        rows.append(
            {
                "use": use,
                "studies": chosen["study"].nunique(),
                "values": len(logs),
                "mean_fold_error": float(np.exp(np.abs(logs).mean())) if logs.size else np.nan,
                "bias": float(np.exp(logs.mean())) if logs.size else np.nan,
                "within_twofold": float((np.abs(logs) <= np.log(2)).mean()) if logs.size else np.nan,
                "with_interval": len(known),
                "inside": int(known.sum()),
                "share": share.value,
                "share_lower": share.lower,
                "share_upper": share.upper,
                "wide_inside": int(chosen["wide_inside"].dropna().sum()),
            }
        )
    return pd.DataFrame(rows)
