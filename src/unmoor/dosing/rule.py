"""How much a patient gets: a usual amount with its cap, and exceptions that hold under conditions on covariates."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput, unknown
from unmoor.dosing.amount import PER, Amount, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.dosing.body import Body

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Condition:
    """A covariate compared with a bound in `unit` ("" where it has none)."""

    covariate: str
    comparison: str
    bound: float
    unit: str

    def __post_init__(self) -> None:
        if self.comparison not in COMPARISONS:
            raise unknown("comparison", self.comparison, COMPARISONS)

    def __str__(self) -> str:
        return f"{self.covariate} {self.comparison} {number(self.bound)} {self.unit}".rstrip()

    def holds(self, body: Body, needed_by: str) -> NDArray[np.bool_]:
        """Whether it holds, shape (patient,)."""
        value = body.value(self.covariate, self.unit, needed_by)
        return np.asarray(COMPARISONS[self.comparison](value, self.bound))


@dataclass(frozen=True, slots=True)
class Rule:
    """An amount, the most of it that one dose may be, and the conditions (all of them) under which it holds.

    Raises BadInput when the cap is per kg or per m2, or not of the amount's dimension (mass or substance).
    """

    amount: Amount
    cap: Amount | None = None
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if self.cap is None:
            return
        if self.cap.per:
            raise BadInput(f"a cap of {self.cap}", todo="a cap is the most one dose may be, such as 40 mg")
        if self.cap.is_mass != self.amount.is_mass:
            todo = "give cap and dose both as a mass, or both as an amount of substance"
            raise BadInput(f"a cap in {self.cap.unit} on a dose in {self.amount.unit}", todo=todo)

    def __str__(self) -> str:
        cap = f", max {self.cap}" if self.cap else ""
        conditions = f" if {' and '.join(map(str, self.conditions))}" if self.conditions else ""
        return f"{self.amount}{cap}{conditions}"

    def amounts(self, body: Body, unit: str, needed_by: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The dose in `unit` and whether the cap cut it, each of shape (patient,)."""
        dose = np.full(body.n, self.amount.value_in(unit), dtype=np.float64)
        if self.amount.per:
            dose *= body.value(PER[self.amount.per], self.amount.per, needed_by)
        if self.cap is None:
            return dose, np.zeros(body.n, dtype=bool)
        most = self.cap.value_in(unit)
        return np.minimum(dose, most), dose > most


def amounts(
    rules: tuple[Rule, ...], body: Body, unit: str, needed_by: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]]:
    """The dose in `unit`, whether it was cut by a cap, and the index of the rule used, each of shape (patient,).

    The first rule is the usual one; of the others the first whose conditions hold takes its place.
    """
    dose, capped = rules[0].amounts(body, unit, needed_by)
    used = np.zeros(body.n, dtype=np.int32)
    for index in range(len(rules) - 1, 0, -1):
        holds = np.ones(body.n, dtype=bool)
        for condition in rules[index].conditions:
            holds &= condition.holds(body, needed_by)
        other, cut = rules[index].amounts(body, unit, needed_by)
        dose, capped, used = np.where(holds, other, dose), np.where(holds, cut, capped), np.where(holds, index, used)
    return dose, capped, used.astype(np.int32)
