"""Quantile bands: how a quantity is spread over patients, point by point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput


def quantile_bands(values: ArrayLike, quantiles: Sequence[float], axis: int = 0) -> NDArray[np.float64]:
    """Quantiles over the patient axis, shape (quantile, ...the other axes), NaN left out; NaN where all are NaN.

    Equation: linear interpolation of the order statistics, type 7 of Hyndman and Fan, Am Stat 1996;50:361.
    Raises BadInput for a quantile outside [0, 1].
    """
    asked = np.asarray(quantiles, dtype=float)
    if not np.all((asked >= 0) & (asked <= 1)):
        raise BadInput(f"quantiles {list(quantiles)}", todo="give fractions from 0 to 1")
    array = np.moveaxis(np.asarray(values, dtype=float), axis, 0)
    bands = np.full((asked.size, *array.shape[1:]), np.nan)
    missing = np.isnan(array)
    if not missing.any():
        if array.shape[0]:
            bands[...] = np.quantile(array, asked, axis=0)
        return bands
    # nanquantile warns for all-NaN columns and is far slower than quantile: patients fail whole, so drop those first
    some = array[~missing.reshape(array.shape[0], -1).all(axis=1)]
    if some.size and not np.isnan(some).any():
        bands[...] = np.quantile(some, asked, axis=0)
    elif some.size:
        filled = ~np.isnan(some).all(axis=0)
        bands[:, filled] = np.nanquantile(some[:, filled], asked, axis=0)
    return bands
