"""Addressed random numbers: the value at (seed, purpose, patient, draw) never depends on what is drawn around it."""

from __future__ import annotations

import hashlib
import operator
from typing import TYPE_CHECKING

from unmoor.base.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

BLOCK = 4  # 64-bit words that Philox4x64 makes from one counter value
GAP = 2048  # patients further apart than this are drawn as separate runs, so that a few of many cost little


def uniform(seed: int, purpose: str, first: int, count: int, draw: int = 0) -> NDArray[np.float64]:
    """Uniform numbers in the open interval (0, 1), shape (patient,), for patients `first` to `first + count - 1`.

    Patient i gets word i of the Philox4x64-10 stream (Salmon et al., SC11, doi:10.1145/2063384.2063405) whose key is
    the SHA-256 of (seed, purpose, draw); so a patient's number depends on neither the batch nor the order of asking.
    Raises BadInput for a negative or fractional seed, first, count or draw.
    """
    import numpy as np

    first, count = _whole("first patient", first), _whole("number of patients", count)
    stream = np.random.Philox(key=_key(seed, purpose, draw), counter=first // BLOCK)
    skipped = first % BLOCK
    words = stream.random_raw(skipped + count)[skipped:]
    # 53 random bits, each cell represented by its middle: 0 and 1 never occur, so quantile functions stay finite
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(seed: int, purpose: str, first: int, count: int, draw: int = 0) -> NDArray[np.float64]:
    """Standard normal numbers, shape (patient,), addressed like `uniform`, by the inverse of the distribution function.

    Raises BadInput as `uniform` does.
    """
    from scipy.special import ndtri

    scores: NDArray[np.float64] = ndtri(uniform(seed, purpose, first, count, draw))
    return scores


def uniform_at(seed: int, purpose: str, patients: ArrayLike, draw: int = 0) -> NDArray[np.float64]:
    """Uniform numbers, shape (patient,), for chosen `patients` (whole numbers in increasing order).

    Raises BadInput as `uniform` does, and when the patients are not in increasing order.
    """
    import numpy as np

    chosen = np.asarray(patients, dtype=np.int64)
    if chosen.size == 0:
        return np.empty(0)
    steps = np.diff(chosen)
    if np.any(steps <= 0):
        raise BadInput("patients are not in increasing order", todo="sort them and name each once")
    runs = np.split(chosen, np.flatnonzero(steps > GAP) + 1)
    return np.concatenate(
        [uniform(seed, purpose, int(run[0]), int(run[-1] - run[0]) + 1, draw)[run - run[0]] for run in runs]
    )


def _key(seed: int, purpose: str, draw: int) -> int:
    """The 128-bit Philox key of a stream; the separator cannot occur in a number, so no two addresses share a text."""
    text = f"{_whole('seed', seed)}\n{_whole('draw', draw)}\n{purpose}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")


def _whole(what: str, value: int) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise BadInput(f"{what} is {value!r}", todo="give a whole number of at least 0") from None
    if number < 0:
        raise BadInput(f"{what} is {number}", todo="give a whole number of at least 0")
    return number
