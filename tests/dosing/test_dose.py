"""The typed twin of a line: what it refuses to hold, and its canonical text."""

from __future__ import annotations

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.dosing.amount import Amount
from unmoor.dosing.dose import Dose
from unmoor.dosing.drug_file import load_drug
from unmoor.dosing.rule import Condition, Rule
from unmoor.dosing.schedule import Days, Duration

PLERIXAFOR = load_drug("plerixafor")
USUAL = Rule(Amount(0.24, "mg", "kg"), Amount(40, "mg"))
RENAL = Rule(Amount(0.16, "mg", "kg"), Amount(27, "mg"), (Condition("creatinine_clearance", "<=", 50, "mL/min"),))


def test_canonical_text():
    dose = Dose(PLERIXAFOR, USUAL, "iv", Days((4, 5), (1320,)), Duration(15, "min"), (RENAL,))
    assert str(dose) == (
        "plerixafor 0.24 mg/kg iv over 15 min on days 4-5 at 22:00, max 40 mg, "
        "but 0.16 mg/kg, max 27 mg if creatinine_clearance <= 50 mL/min"
    )
    assert dose.hours == (94, 118)
    assert dose.rules == (USUAL, RENAL)


def test_a_route_of_the_drug():
    with pytest.raises(UnknownName, match="route of plerixafor 'po'"):
        Dose(PLERIXAFOR, USUAL, "po", Days())


@pytest.mark.parametrize(
    ("usual", "exceptions", "message"),
    [
        (RENAL, (), "usual amount has a condition"),
        (USUAL, (USUAL,), "has no condition"),
        (USUAL, (Rule(Amount(5, "nmol"), None, RENAL.conditions),), "an exception in nmol to a dose in mg"),
    ],
)
def test_rules_that_cannot_be_meant(usual, exceptions, message):
    with pytest.raises(BadInput, match=message):
        Dose(PLERIXAFOR, usual, "sc", Days(), None, exceptions)
