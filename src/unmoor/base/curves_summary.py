"""Curves as percentile bands over patients: what a report draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.quantiles import quantile_bands
from unmoor.base.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.stored_result import StoredResult

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


#: numbers whose quantiles are taken together; copies of them in double precision are some 100 MB
TOGETHER = 4_000_000


def curves_summary(result: Result | StoredResult, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
    """Percentiles over patients of every curve, one row per output, arm and time.

    Columns: output, label, unit, arm, time (h), p5, p25, ... (one per quantile), n (patients of the arm that were
    integrated) and n_failed (those that were not; they contribute to no percentile). Percentiles are exact, those of a
    stored result too: its curves are read stretch of time by stretch. Raises BadInput for a quantile outside [0, 1].
    """
    import pandas as pd

    names = [f"p{100 * q:g}" for q in quantiles]
    tables = []
    for output, attributes in result.outputs.items():
        for arm in result.arms:
            bands = np.empty((len(names), len(result.times)))
            n = 0
            for stretch, values in result.curve_blocks(output, arm):
                bands[:, stretch] = _bands(values, quantiles)
                n = int(np.isfinite(values[:, 0]).sum())
            failed = int((result.status.sel(arm=arm).values != 0).sum())
            place = {
                "output": output,
                "label": attributes.get("long_name", output),
                "unit": attributes.get("units", ""),
                "arm": arm,
                "time": result.times,
            }
            counts = {"n": n, "n_failed": failed}
            tables.append(pd.DataFrame({**place, **dict(zip(names, bands, strict=True)), **counts}))
    return pd.concat(tables, ignore_index=True)


def _bands(values: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Quantiles (quantile, time), a few columns at a time: quantile_bands works on copies in double precision."""
    width = max(1, TOGETHER // max(len(values), 1))
    columns = range(0, values.shape[1], width)
    return np.concatenate([quantile_bands(values[:, k : k + width], quantiles) for k in columns], axis=1)
