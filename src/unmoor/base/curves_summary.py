"""Curves as percentile bands over patients: what a report draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.quantiles import quantile_bands
from unmoor.base.result import Result

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def curves_summary(result: Result, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
    """Percentiles over patients of every curve, one row per output, arm and time.

    Columns: output, label, unit, arm, time (h), p5, p25, ... (one per quantile), n (patients that were integrated) and
    n_failed (those that were not; they contribute to no percentile). Raises BadInput for a quantile outside [0, 1].
    """
    import pandas as pd

    names = [f"p{100 * q:g}" for q in quantiles]
    times = result.curves["time"].values
    tables = []
    for output, curve in result.curves.data_vars.items():
        for arm in result.arms:
            bands = quantile_bands(curve.sel(arm=arm).transpose("patient", "time").values, quantiles)
            failed = int((result.status.sel(arm=arm).values != 0).sum())
            place = {
                "output": str(output),
                "label": curve.attrs.get("long_name", str(output)),
                "unit": curve.attrs.get("units", ""),
                "arm": arm,
                "time": times,
            }
            counts = {"n": result.n - failed, "n_failed": failed}
            tables.append(pd.DataFrame({**place, **dict(zip(names, np.asarray(bands), strict=True)), **counts}))
    return pd.concat(tables, ignore_index=True)
