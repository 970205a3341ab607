"""Whether dose levels stand from the lowest dose to the highest, as far as their doses can say."""

from __future__ import annotations

from unmoor.base.errors import BadInput
from unmoor.trial.study import Arm


def check_rising(arm: Arm, before: Arm, where: str) -> None:
    """Refuses a level that gives no more of any drug than the one before it.

    Doses are compared where drug, route and hours are the same in both; a level with another schedule, another drug or
    an amount per another measure of the body is taken as it stands.
    Raises BadInput.
    """
    amounts, earlier = _amounts(arm), _amounts(before)
    if not amounts or amounts.keys() != earlier.keys():
        return
    if all(amounts[key] <= earlier[key] * (1 + 1e-9) for key in amounts):
        what = f"level '{arm.name}' gives no more of any drug than '{before.name}' before it"
        raise BadInput(what, where=where, todo="list the levels from the lowest dose to the highest")


def _amounts(arm: Arm) -> dict[tuple[object, ...], float]:
    """What is given of each drug, in the same unit for the same key."""
    found: dict[tuple[object, ...], float] = {}
    for dose in arm.regimen.doses:
        amount = dose.usual.amount
        unit = "mg" if amount.is_mass else "nmol"
        key = (dose.drug.name, dose.route, dose.hours, amount.per, unit)
        found[key] = found.get(key, 0.0) + amount.value_in(unit)
    return found
