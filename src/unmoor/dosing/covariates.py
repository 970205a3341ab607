"""Constants that change with the records of a table: which value is in force when, and how it gets into the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.dosing.time_order import first_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.dosing.dose_parameters import DoseParameter
    from unmoor.dosing.table_columns import Columns

Carry = Literal["locf", "nocb"]
#: how a value of one record reaches the times between records
CARRIES: tuple[Carry, ...] = ("locf", "nocb")


def filled(values: NDArray[np.float64], patient: NDArray[np.int64], carry: Carry) -> NDArray[np.float64]:
    """The column with each blank (nan) filled from the record of the same patient before it, or with nocb after it.

    A blank that nothing fills stays.
    """
    if carry == "nocb":
        return filled(values[::-1], patient[::-1], "locf")[::-1]
    known = np.where(np.isnan(values), -1, np.arange(values.size))
    last = np.maximum.accumulate(known)
    usable = (last >= 0) & (patient[np.maximum(last, 0)] == patient)
    return np.where(usable, values[np.maximum(last, 0)], np.nan)


def fill_columns(
    columns: Columns, carry: Carry
) -> tuple[dict[str, NDArray[np.float64]], dict[DoseParameter, NDArray[np.float64]]]:
    """The table's constants and dose parameters without blanks.

    Raises BadInput with row and column for a blank at the start of a patient's records (with nocb: at their end).
    """

    def whole(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = filled(values, columns.patient, carry)
        blank = np.flatnonzero(np.isnan(found))
        if blank.size:
            record = int(blank[0] if carry == "locf" else blank[-1])
            side = "before" if carry == "locf" else "after"
            what = f"'{name}' is blank and there is no value {side} it to carry"
            raise BadInput(what, where=columns.at(record), todo="give a value there, or on every record of the ID")
        return found

    constants = {name: whole(name, values) for name, values in columns.constants.items()}
    return constants, {name: whole(str(name), values) for name, values in columns.doses.items()}


@dataclass(frozen=True, eq=False)
class Covariates:
    """Values by record, sorted by course and time; a course is one patient's records while time runs forward.

    With "locf" a value holds from its record until the next one, with "nocb" from the record before until its own; at
    a record's own instant its own value holds either way, before the first record the first and after the last one
    the last.
    """

    course: NDArray[np.int64]
    time: NDArray[np.float64]
    constants: Mapping[str, NDArray[np.float64]]
    carry: Carry

    def record_at(self, course: NDArray[np.int64], time: NDArray[np.float64]) -> NDArray[np.int64]:
        """The record whose values are in force at times (h) of courses; every course asked for has records."""
        found = first_at(self.course, self.time, course, time)
        inside = found < self.course.size
        safe = np.where(inside, found, 0)
        ends = ~inside | (self.course[safe] != course)  # nothing at or after that time
        if self.carry == "nocb":
            return np.where(ends, found - 1, found)
        first = first_at(self.course, self.time, course, np.full(course.size, -np.inf))
        own = ~ends & (self.time[safe] == time)
        return np.where(own, found, np.maximum(found - 1, first))

    def changes(self, name: str) -> NDArray[np.int64]:
        """The records whose value of a constant differs from that of the record before in their course."""
        values = self.constants[name]
        return np.flatnonzero((self.course[1:] == self.course[:-1]) & (values[1:] != values[:-1])) + 1

    def start(self, name: str, courses: int, default: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """The value of a constant at the first record of each course, shape (course,); `default` without records."""
        values = np.array(np.broadcast_to(np.asarray(default, dtype=np.float64), (courses,)))
        first = np.flatnonzero(np.concatenate([[True], self.course[1:] != self.course[:-1]]))
        values[self.course[first]] = self.constants[name][first]
        return values
