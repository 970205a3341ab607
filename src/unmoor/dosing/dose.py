"""One line of a regimen as a typed value: drug, amounts, route and schedule; its text is the canonical phrase."""

from __future__ import annotations

from dataclasses import dataclass

from unmoor.base.errors import BadInput
from unmoor.dosing.drug import Drug
from unmoor.dosing.rule import Rule
from unmoor.dosing.schedule import Days, Duration, Repeat


@dataclass(frozen=True, slots=True)
class Dose:
    """A drug given by a route at scheduled times, `over` a duration where it is infused.

    `usual` holds for a patient unless an exception does; the first exception that holds takes its place.
    Raises UnknownName for a route the drug does not have, BadInput for an exception without a condition, a usual amount
    with one, or a mass beside an amount of substance.
    """

    drug: Drug
    usual: Rule
    route: str
    schedule: Days | Repeat
    over: Duration | None = None
    exceptions: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        self.drug.route(self.route)
        if self.usual.conditions:
            raise BadInput("the usual amount has a condition", todo="give conditions to exceptions only")
        for rule in self.exceptions:
            if not rule.conditions:
                raise BadInput(f"the exception '{rule}' has no condition", todo="say if when it holds")
            if rule.amount.is_mass != self.usual.amount.is_mass:
                what = f"an exception in {rule.amount.unit} to a dose in {self.usual.amount.unit}"
                raise BadInput(what, todo="give both as a mass, or both as an amount of substance")

    def __str__(self) -> str:
        over = f" over {self.over}" if self.over else ""
        cap = f", max {self.usual.cap}" if self.usual.cap else ""
        exceptions = "".join(f", but {rule}" for rule in self.exceptions)
        return f"{self.drug.name} {self.usual.amount} {self.route}{over} {self.schedule}{cap}{exceptions}"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The usual rule and its exceptions."""
        return (self.usual, *self.exceptions)

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours at which it is given, shape (dose,), increasing; hour 0 is day 1 at 00:00."""
        return self.schedule.hours
