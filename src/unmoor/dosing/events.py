"""Events: what treatment does to a model and when, as one long table of columns; all the engine knows of dosing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

COLUMNS = ("patient", "time", "action", "target", "value", "start")


class Action(IntEnum):
    """What one event does to its target."""

    ADD = 0
    """An amount (nmol, or cells) enters a state at once."""
    RATE = 1
    """A value (amount per hour, negative where an infusion ends) is added to a state's zero-order input."""
    SET = 2
    """A switch, or any other constant such as a covariate, takes a value."""
    RESET = 3
    """All states return to their initial values, computed from the patient's parameters as they are then, and the
    inputs of infusions stop; the target is not used."""
    SHIFT = 4
    """The value times the rates of the states is added to a block of tangents, which the target begins: what the time
    of a dose, moved by a parameter, does to them. Only the engine makes such events, for sensitivities."""


@dataclass(frozen=True, eq=False)
class Events:
    """Events of many patients, columns of shape (event,), sorted by patient, then time (h), then order of record.

    `target` indexes `names` (states or switches of the model); `value` is in internal units; `start` is the time (h) at
    which the dose was given, earlier than `time` by the lag and at the end of an infusion (None: equal to `time`).
    Columns are sorted here when they are not, stably, and made read-only.
    Raises BadInput for columns of unequal length, a negative patient, a target outside `names`, a non-finite number.
    """

    names: tuple[str, ...]
    patient: NDArray[np.int64]
    time: NDArray[np.float64]
    action: NDArray[np.int8]
    target: NDArray[np.int32]
    value: NDArray[np.float64]
    start: NDArray[np.float64] = field(default=None)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        given: dict[str, NDArray[Any]] = {
            "patient": np.asarray(self.patient, dtype=np.int64),
            "time": np.asarray(self.time, dtype=np.float64),
            "action": np.asarray(self.action, dtype=np.int8),
            "target": np.asarray(self.target, dtype=np.int32),
            "value": np.asarray(self.value, dtype=np.float64),
        }
        given["start"] = given["time"] if self.start is None else np.asarray(self.start, dtype=np.float64)
        _check(self.names, given)
        patient, time = given["patient"], given["time"]
        ahead = patient[1:] > patient[:-1]
        if not np.all(ahead | ((patient[1:] == patient[:-1]) & (time[1:] >= time[:-1]))):
            order = np.lexsort((time, patient))
            given = {name: column[order] for name, column in given.items()}
        object.__setattr__(self, "names", tuple(self.names))
        for name, column in given.items():
            view = column.view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return int(self.patient.size)

    @classmethod
    def none(cls) -> Events:
        """The table without events."""
        nothing: Any = ()
        return cls((), nothing, nothing, nothing, nothing, nothing)

    @classmethod
    def bolus(
        cls, patient: ArrayLike, time: ArrayLike, name: str, amount: ArrayLike, *, lag: ArrayLike = 0.0
    ) -> Events:
        """Doses of `amount` (internal units) to `patient` at `time` (h) that enter state `name` after `lag` (h).

        Arguments broadcast. Raises BadInput for a negative amount or lag, or a number that is not finite.
        """
        who, when, what, late = _columns(patient, time, amount, lag)
        _refuse_negative(name, what, late)
        return _made(name, who, when + late, Action.ADD, what, when)

    @classmethod
    def infusion(
        cls,
        patient: ArrayLike,
        time: ArrayLike,
        name: str,
        amount: ArrayLike,
        duration: ArrayLike,
        *,
        lag: ArrayLike = 0.0,
    ) -> Events:
        """Infusions of `amount` into state `name` from `time` + `lag` (h) over `duration` (h): a rate on, then off.

        Overlapping infusions add. Raises BadInput for a negative amount or lag, or a duration that is not above zero.
        """
        who, when, what, over, late = _columns(patient, time, amount, duration, lag)
        _refuse_negative(name, what, late)
        begin = when + late
        if np.any(~(begin + over > begin) & np.isfinite(begin)):
            raise BadInput(f"an infusion into '{name}' lasts {over.min():g} h", todo="give a duration above zero")
        rate = what / over
        both = np.stack([rate, -rate], axis=1).ravel()
        times = np.stack([begin, begin + over], axis=1).ravel()
        return _made(name, np.repeat(who, 2), times, Action.RATE, both, np.repeat(when, 2))

    @classmethod
    def switch(cls, patient: ArrayLike, time: ArrayLike, name: str, value: ArrayLike) -> Events:
        """Settings of switch `name` to `value` for `patient` from `time` (h) on; arguments broadcast."""
        who, when, what = _columns(patient, time, value)
        return _made(name, who, when, Action.SET, what, when)

    @classmethod
    def reset(cls, patient: ArrayLike, time: ArrayLike) -> Events:
        """Returns of `patient` to the initial state at `time` (h); arguments broadcast."""
        who, when = _columns(patient, time)
        return _made("", who, when, Action.RESET, np.zeros(who.size), when)

    @classmethod
    def join(cls, *tables: Events | Iterable[Events]) -> Events:
        """All events of `tables` in one; at one patient and time, those of an earlier table come first."""
        flat = [t for group in tables for t in ((group,) if isinstance(group, Events) else group) if len(t)]
        if len(flat) < 2:
            return flat[0] if flat else cls.none()
        names = tuple(dict.fromkeys(name for table in flat for name in table.names))
        place = {name: index for index, name in enumerate(names)}
        targets = [np.array([place[name] for name in t.names], dtype=np.int32)[t.target] for t in flat]
        rest = {c: np.concatenate([getattr(t, c) for t in flat]) for c in COLUMNS if c != "target"}
        return cls(names, target=np.concatenate(targets), **rest)

    def between(self, start: float, stop: float) -> Events:
        """The events with start <= time < stop (h)."""
        return self._where((self.time >= start) & (self.time < stop))

    def drop(self, patients: ArrayLike, after: float, names: Iterable[str] | None = None) -> Events:
        """Without what is given to `patients` later than `after` (h): all of it, or what has its target in `names`.

        `patients` is a mask of shape (patient,). What is given at `after` stays, as do a dose still in its lag and the
        end of an infusion that has begun. Raises BadInput when the mask does not cover a patient who has events.
        """
        mask = np.asarray(patients, dtype=bool)
        if len(self) and int(self.patient[-1]) >= mask.size:
            raise BadInput(
                f"a mask of {mask.size} patients does not reach patient {int(self.patient[-1])}",
                todo="give one true or false for each patient",
            )
        if not len(self):
            return self
        gone = mask[self.patient] & (self.start > after)
        if names is not None:
            wanted = set(names)
            gone &= np.array([name in wanted for name in self.names], dtype=bool)[self.target]
        return self._where(~gone)

    def of(self, patients: slice | ArrayLike) -> Events:
        """The events of chosen patients, renumbered 0, 1, ... in the order chosen.

        `patients` is a slice with a stop, a mask of shape (patient,) or an array of numbers; a patient chosen twice
        has the events twice.
        """
        if isinstance(patients, slice):
            count = int(self.patient[-1]) + 1 if len(self) else 0
            stop = count if patients.stop is None else patients.stop
            chosen = np.arange(patients.start or 0, stop, patients.step or 1, dtype=np.int64)
        else:
            chosen = np.asarray(patients)
            chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64)
        first = np.searchsorted(self.patient, chosen, side="left")
        counts = np.searchsorted(self.patient, chosen, side="right") - first
        before = np.cumsum(counts) - counts
        rows = np.repeat(first - before, counts) + np.arange(int(counts.sum()))
        number = np.repeat(np.arange(chosen.size, dtype=np.int64), counts)
        rest = {c: getattr(self, c)[rows] for c in COLUMNS if c != "patient"}
        return Events(self.names, patient=number, **rest)

    def _where(self, mask: NDArray[np.bool_]) -> Events:
        if mask.all():
            return self
        return Events(self.names, **{column: getattr(self, column)[mask] for column in COLUMNS})


def _columns(*given: ArrayLike) -> list[NDArray[Any]]:
    """The arguments broadcast to one another, each of shape (event,); the first as patient numbers."""
    arrays = [np.ravel(array) for array in np.broadcast_arrays(*(np.atleast_1d(np.asarray(part)) for part in given))]
    return [arrays[0].astype(np.int64), *(array.astype(np.float64) for array in arrays[1:])]


def _made(
    name: str,
    patient: NDArray[np.int64],
    time: NDArray[np.float64],
    action: Action,
    value: NDArray[np.float64],
    start: NDArray[np.float64],
) -> Events:
    kind = np.full(patient.size, action, dtype=np.int8)
    return Events((name,), patient, time, kind, np.zeros(patient.size, dtype=np.int32), value, start)


def _refuse_negative(name: str, amount: NDArray[np.float64], lag: NDArray[np.float64]) -> None:
    if np.any(amount < 0):
        raise BadInput(f"a dose of {amount.min():g} into '{name}' is negative", todo="doses are zero or more")
    if np.any(lag < 0):
        raise BadInput(f"a lag of {lag.min():g} h into '{name}' is negative", todo="lags are zero or more")


def _check(names: tuple[str, ...], columns: dict[str, NDArray[Any]]) -> None:
    sizes = {name: column.shape for name, column in columns.items()}
    if len(set(sizes.values())) > 1 or columns["patient"].ndim != 1:
        raise BadInput(f"event columns differ in shape: {sizes}", todo="give one value of each column for each event")
    for name in ("time", "value", "start"):
        if not np.all(np.isfinite(columns[name])):
            row = int(np.flatnonzero(~np.isfinite(columns[name]))[0])
            who, what = int(columns["patient"][row]), columns[name][row]
            raise BadInput(f"event {name} of patient {who} is {what}", todo="give a finite number")
    if columns["patient"].size == 0:
        return
    if columns["patient"].min() < 0:
        raise BadInput(f"patient number {columns['patient'].min()} is negative", todo="number patients from 0")
    if columns["target"].min() < 0 or columns["target"].max() >= len(names):
        raise BadInput(f"an event has a target outside the {len(names)} names", todo="index into names from 0")
    if columns["action"].min() < min(Action) or columns["action"].max() > max(Action):
        raise BadInput(f"an event has an action outside {[int(a) for a in Action]}", todo="use the Action values")
