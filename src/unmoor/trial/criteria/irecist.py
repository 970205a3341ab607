"""Progression that must be confirmed: iRECIST for immunotherapy, over the course of a patient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.trial.criteria.bounds import version_of

VERSIONS = {"2017": "Seymour et al., Lancet Oncol 2017;18:e143-52"}
RESPONSES = ("iCR", "iPR", "iSD", "iUPD", "iCPD", "NE")
EARLIEST_WEEKS = 4.0


def irecist_course(
    version: str,
    responses: ArrayLike,
    *,
    further_growth: ArrayLike = False,
    weeks: ArrayLike | None = None,
) -> NDArray[np.str_]:
    """iRECIST responses over time, shape (patient, assessment) or (assessment,), from RECIST 1.1 overall responses.

    `responses` are CR, PR, SD, PD or NE; `further_growth` is True at an assessment whose progression goes on: 5 mm or
    more in target lesions, any growth of other lesions or of new ones, or another new lesion. `weeks` (assessment,)
    are the times; without them assessments lie 4 to 8 weeks apart. A first PD is iUPD; PD with further growth 4 weeks
    or more later confirms it (iCPD, which stays); without further growth it stays iUPD; CR, PR or SD in between
    clears it and the next PD is iUPD again. Confirmation later than 8 weeks counts too.
    Raises UnknownName for a version or response, BadInput for times out of order.
    """
    where = f"iRECIST {version_of(version, VERSIONS, 'iRECIST')}"
    given = np.asarray(responses, dtype=str)
    for word in np.unique(given):
        if word not in ("CR", "PR", "SD", "PD", "NE"):
            raise unknown("response", str(word), ("CR", "PR", "SD", "PD", "NE"), where=where)
    plain = np.atleast_2d(given)
    growth = np.broadcast_to(np.asarray(further_growth, dtype=bool), given.shape).reshape(plain.shape)
    times = 6.0 * np.arange(plain.shape[1]) if weeks is None else np.asarray(weeks, dtype=float)
    if times.shape != (plain.shape[1],) or np.any(np.diff(times) <= 0):
        raise BadInput("the weeks do not fit", where=where, todo="give one increasing time for each assessment")
    found = np.char.add("i", plain).astype("<U4")
    since = np.full(len(plain), np.nan)  # the week of an unconfirmed progression
    done = np.zeros(len(plain), dtype=bool)
    for k, now in enumerate(times):
        is_pd, cleared = plain[:, k] == "PD", np.isin(plain[:, k], ("CR", "PR", "SD"))
        pending = ~np.isnan(since)
        done |= is_pd & pending & growth[:, k] & (now - np.where(pending, since, now) >= EARLIEST_WEEKS)
        since = np.where(is_pd & ~pending, now, np.where(cleared, np.nan, since))
        found[:, k] = np.where(done, "iCPD", np.where(is_pd, "iUPD", found[:, k]))
        found[(plain[:, k] == "NE") & ~done, k] = "NE"
    return found.reshape(given.shape)
