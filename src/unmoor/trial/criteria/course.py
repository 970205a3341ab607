"""Responses over time: the best one, the confirmed ones, how long they last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unmoor.base.errors import BadInput, unknown


def ranks(responses: ArrayLike, order: Sequence[str], where: str) -> NDArray[np.int64]:
    """Places of responses in `order` (best first), the shape of `responses`.

    Raises UnknownName for a response that is not in `order`.
    """
    given = np.asarray(responses, dtype=str)
    for word in np.unique(given):
        if word not in order:
            raise unknown("response", str(word), order, where=where)
    found = np.zeros(given.shape, dtype=np.int64)
    for place, word in enumerate(order):
        found[given == word] = place
    return found


def best_response(responses: ArrayLike, order: Sequence[str]) -> NDArray[np.str_]:
    """The best response of each patient, shape (patient,), from (patient, assessment); `order` is best first.

    Raises UnknownName for a response that is not in `order`, BadInput where there is no assessment.
    """
    places = np.atleast_2d(ranks(responses, order, "best response"))
    if not places.shape[1]:
        raise BadInput("no assessment", where="best response", todo="give at least one response a patient")
    return np.asarray(order)[places.min(axis=1)]


def confirmed(responses: ArrayLike, order: Sequence[str], *, stable: str = "SD", worst: str = "PD") -> NDArray[np.str_]:
    """Responses (patient, assessment) that the next assessment bears out: the lesser of each and the next.

    `worst` is confirmed by itself only: one that the next assessment does not repeat becomes the response before it
    (the next one where it stands first). A response that `worst` follows is unconfirmed, `stable`. The last
    assessment has no next one and is left out: the result has one column less. IMWG 2016 asks for two consecutive
    assessments.
    Raises UnknownName for a response that is not in `order`, BadInput for fewer than two assessments.
    """
    places = np.atleast_2d(ranks(responses, order, "confirmed response"))
    if places.shape[1] < 2:
        raise BadInput("one assessment confirms nothing", where="confirmed response", todo="give at least two")
    bad = order.index(worst) if worst in order else len(order)
    now, later = places[:, :-1], places[:, 1:]
    least = order.index(stable) if stable in order else bad
    found = np.maximum(now, np.where(later == bad, least, later))
    for k in range(found.shape[1]):
        alone = (now[:, k] == bad) & (later[:, k] != bad)
        found[alone, k] = found[alone, k - 1] if k else later[alone, k]
    return np.asarray(order)[found]


def confirmed_where_seen(
    responses: NDArray[np.str_], seen: NDArray[np.bool_], order: Sequence[str]
) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """`confirmed` where assessments were missed: the next assessment is the next one `seen` (patient, assessment).

    Returns responses and which of them stand, both with one assessment less; the others, a patient's last one seen
    among them, are the last of `order`. Raises as `confirmed` does.
    """
    # those seen first, in their order: what follows each is then the next one seen
    places = np.argsort(~seen, axis=1, kind="stable")
    packed = confirmed(np.take_along_axis(responses, places, axis=1), order)
    stands = np.arange(packed.shape[1]) < seen.sum(axis=1)[:, None] - 1
    found, made = np.full_like(responses, order[-1]), np.zeros_like(seen)
    np.put_along_axis(found, places[:, :-1], np.where(stands, packed, order[-1]), axis=1)
    np.put_along_axis(made, places[:, :-1], stands, axis=1)
    return found[:, :-1], made[:, :-1]


@dataclass(frozen=True)
class ResponseDuration:
    """Onset and length of response, all of shape (patient,), in the unit of the times; NaN where there was none.

    `ended` is True where the response ended, False where it lasted to the last look (censored).
    """

    onset: NDArray[np.float64]
    duration: NDArray[np.float64]
    ended: NDArray[np.bool_]


def response_duration(times: ArrayLike, responding: ArrayLike, ending: ArrayLike) -> ResponseDuration:
    """From the first assessment at which `responding` holds to the first later one at which `ending` does.

    `times` (assessment,) or (patient, assessment), increasing, NaN after a patient's last one; the two others
    (patient, assessment). Raises BadInput for shapes that do not fit or times out of order.
    """
    yes, end = np.atleast_2d(np.asarray(responding, dtype=bool)), np.atleast_2d(np.asarray(ending, dtype=bool))
    given = np.asarray(times, dtype=float)
    when = np.broadcast_to(given, yes.shape) if given.ndim < 2 else given
    if when.shape != yes.shape or end.shape != yes.shape or np.any(np.diff(when, axis=1) <= 0):
        todo = "times increase; all have the shape (patient, assessment)"
        raise BadInput("assessments that do not fit", where="response duration", todo=todo)
    seen = ~np.isnan(when)
    first, last, ended = first_and_end(yes & seen, end & seen)
    last = np.where(ended, last, np.maximum(seen.sum(axis=1) - 1, 0))
    some, rows = first < yes.shape[1], np.arange(len(yes))
    onset = np.where(some, when[rows, np.where(some, first, 0)], np.nan)
    return ResponseDuration(onset, np.where(some, when[rows, last] - onset, np.nan), ended)


def first_and_end(
    responding: NDArray[np.bool_], ending: NDArray[np.bool_], *, progresses: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Places of the first response and of its end, the last place where it did not end, and whether it ended.

    `responding` and `ending` (patient, assessment), all returned (patient,); the first response of a patient without
    one is one place too far. An end counts after a response only, unless the criterion `progresses`: then the first one
    ends everything, responses after it included.
    """
    count = responding.shape[1]
    over = ending if progresses else ending & _before(responding)
    yes = responding & ~np.logical_or.accumulate(over, axis=1)
    ended = np.asarray(over.any(axis=1))
    return np.where(yes.any(axis=1), yes.argmax(axis=1), count), np.where(ended, over.argmax(axis=1), count - 1), ended


def _before(yes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether something was so at an earlier assessment, (patient, assessment)."""
    return np.concatenate([np.zeros_like(yes[:, :1]), np.logical_or.accumulate(yes, axis=1)[:, :-1]], axis=1)
