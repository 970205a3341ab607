"""Trials drawn from blocks of patients, each trial from one: a block holds the patients of one draw of a posterior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmoor.base.random import uniform
from unmoor.trial.prediction import TRIALS


def trials_by_block(
    seed: int, arm: str, blocks: NDArray[np.int64], alive: NDArray[np.bool_], n: int, trials: int = TRIALS
) -> NDArray[np.int64]:
    """Positions of the patients of drawn trials, shape (trial, patient), as many from each block as can be.

    A trial's patients are those of one block, each at most once where the block has enough: then a trial is just what
    n new patients would be. Addressed by seed, arm and block. A block without patients gives no trial.
    """
    count = int(blocks[-1]) + 1
    found = []
    for block in range(count):
        pool = np.flatnonzero((blocks == block) & alive)
        share = (trials * (block + 1)) // count - (trials * block) // count
        if not pool.size or not share:
            continue
        purpose = f"patients of drawn trials, arm {arm}, draw {block}"
        if n <= pool.size:
            numbers = uniform(seed, purpose, 0, share * pool.size).reshape(share, pool.size)
            found.append(pool[np.argsort(numbers, axis=1)[:, :n]])
        else:
            numbers = uniform(seed, purpose, 0, share * n).reshape(share, n)
            found.append(pool[(numbers * pool.size).astype(np.int64)])
    return np.concatenate(found) if found else np.empty((0, n), dtype=np.int64)
