"""Times to events as every method here takes them: checked, aligned, sorted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def checked(time: ArrayLike, event: ArrayLike, where: str) -> tuple[Floats, Bools]:
    """Times and events as arrays of one shape (..., patient).

    Raises BadInput for a time that is negative, missing or infinite, an event that is not 0 or 1, shapes that do not
    fit, or nobody at all.
    """
    times, events = numbers("times", time, where), numbers("events", event, where)
    if times.shape != events.shape or not times.ndim or not times.shape[-1]:
        todo = "give one time and one event for each patient, and at least one patient"
        raise BadInput(f"times of shape {times.shape} and events of shape {events.shape}", where=where, todo=todo)
    if np.isnan(times).any() or np.isinf(times).any():
        todo = "leave the patient out, or give the time of the last look with event 0"
        what = f"{np.count_nonzero(~np.isfinite(times))} of {times.size} survival times missing or infinite"
        raise BadInput(what, where=where, todo=todo)
    if (times < 0).any():
        todo = "times are counted from the start of each patient"
        raise BadInput(f"a survival time is negative ({times.min():g})", where=where, todo=todo)
    if not np.isin(events, (0, 1)).all():
        todo = "1 the event, 0 censored; competing causes have methods of their own"
        raise BadInput("events other than 0 and 1", where=where, todo=todo)
    return times, events == 1


def causes_of(time: ArrayLike, cause: ArrayLike, of: int, where: str) -> tuple[Floats, Bools, Bools, Bools]:
    """Times, and who has cause `of`, another cause, or is censored (0), each of shape (patient,).

    Raises BadInput for impossible times, shapes that do not fit, or a cause that nobody has.
    """
    times, causes = numbers("times", time, where), numbers("causes", cause, where)
    if times.ndim != 1 or np.any(causes != np.floor(causes)) or np.any(causes < 0):
        raise BadInput("times and causes do not fit", where=where, todo="one time and one cause (0, 1, ...) a patient")
    checked(times, np.zeros_like(causes), where)
    event = causes == of
    if not event.any() or of < 1:
        raise BadInput(f"nobody has cause {of}", where=where, todo=f"causes here: {sorted(set(causes.tolist()) - {0})}")
    return times, event, (causes > 0) & ~event, causes == 0


def numbers(name: str, values: ArrayLike, where: str) -> Floats:
    """`values` as numbers.

    Raises BadInput for text.
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as problem:
        raise BadInput(f"{name} are not numbers", where=where, todo="give numbers") from problem


def codes(labels: ArrayLike, count: int, what: str, where: str) -> tuple[NDArray[np.int64], list[str]]:
    """Group numbers (patient,) and names of the groups in sorted order.

    Raises BadInput for labels that do not fit the patients, or are missing.
    """
    given = np.asarray(labels)
    if any(label is None or label != label for label in given.ravel().tolist()):
        raise BadInput(f"{what}: labels are missing", where=where, todo="leave patients without one out")
    if given.shape != (count,):
        raise BadInput(f"{what} of shape {given.shape} for {count} patients", where=where, todo="one label a patient")
    names, found = np.unique(given, return_inverse=True)
    return found.reshape(-1).astype(np.int64), [str(name) for name in names]


def matrix(covariates: ArrayLike, count: int, where: str) -> Floats:
    """Covariates as an array (patient, covariate).

    Raises BadInput for missing values, shapes that do not fit, or columns that depend on each other.
    """
    found = numbers("covariates", covariates, where)
    found = found[:, None] if found.ndim == 1 else found
    if found.ndim != 2 or len(found) != count:
        raise BadInput(f"covariates of shape {found.shape} for {count} patients", where=where, todo="one row a patient")
    if not np.isfinite(found).all():
        raise BadInput("covariates are missing", where=where, todo="leave patients with missing covariates out")
    centred = found - found.mean(axis=0)
    if np.linalg.matrix_rank(centred) < found.shape[1]:
        what = "covariates depend on each other or do not vary"
        raise BadInput(what, where=where, todo="leave out one of those that tell the same")
    return found
