"""What a NONMEM-style event table may not say: the first record that cannot be meant is refused, by row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput, UnmoorError, Unsupported
from unmoor.dosing.schedule import MOST_DOSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.dosing.table_columns import Columns

OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = range(5)
Refusal = tuple["NDArray[np.bool_]", str, str, str, type[UnmoorError]]


def check(columns: Columns) -> None:
    """Refuse the first rule that a record breaks, with row (from 1) and column.

    Raises BadInput for what cannot be meant, Unsupported for what NONMEM has and is not computed here.
    """
    for mask, column, what, todo, kind in (*_events(columns), *_doses(columns), *_compartments(columns)):
        if mask.any():
            record = int(np.flatnonzero(mask)[0])
            shown = columns.compartment[record] if column == "CMT" else f"{columns.numbers[column][record]:g}"
            text = f"{column} is {shown}: {what}"
            raise kind(text, where=columns.at(record), todo=todo or "see docs/dosing.md for what a table may say")


def goes_back(columns: Columns) -> NDArray[np.bool_]:
    """Records that are earlier than the record before of the same patient."""
    time, patient = columns.numbers["TIME"], columns.patient
    return np.concatenate([[False], (time[1:] < time[:-1]) & (patient[1:] == patient[:-1])])


def _events(columns: Columns) -> list[Refusal]:
    evid = columns.numbers["EVID"]
    known = np.isin(evid, (OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE))
    back = goes_back(columns) & ~np.isin(evid, (RESET, RESET_AND_DOSE))
    dose = np.isin(evid, (DOSE, RESET_AND_DOSE))
    words = "give 0 (observation), 1 (dose), 2 (other), 3 (reset) or 4 (reset and dose)"
    refused: list[Refusal] = [
        (~known, "EVID", "there is no such event", words, BadInput),
        (back, "TIME", "it is earlier than the record before", "sort the records of each ID by time", BadInput),
    ]
    for name in ("AMT", "RATE", "ADDL", "II", "SS"):
        mask = known & ~dose & (columns.numbers[name] != 0)
        refused.append((mask, name, "this record is no dose", "give 0 here, or EVID 1 for a dose", BadInput))
    return refused


def _doses(columns: Columns) -> list[Refusal]:
    evid, amount, rate, further, interval, steady = (
        columns.numbers[name] for name in ("EVID", "AMT", "RATE", "ADDL", "II", "SS")
    )
    dose = np.isin(evid, (DOSE, RESET_AND_DOSE))
    repeated = dose & (steady > 0) & (amount > 0)
    constant = dose & (steady > 0) & (amount == 0)
    single = dose & (steady == 0)
    empirical = "NONMEM's empirical steady state is not computed here"
    modelled = "the rate is above zero (infusion), 0 (bolus), -1 (rate from the model) or -2 (duration from the model)"
    return [
        (~np.isin(steady, (0, 1, 2, 3)), "SS", "there is no such steady state", "give 0, 1 or 2", BadInput),
        (amount < 0, "AMT", "an amount is not negative", "", BadInput),
        (single & (amount == 0), "AMT", "a dose is above zero", "use EVID 0 or 2 where nothing is given", BadInput),
        ((rate < 0) & ~np.isin(rate, (-1, -2)), "RATE", modelled, "", BadInput),
        (constant & (rate == -2), "RATE", "an infusion without end has no duration", "give its rate, or -1", BadInput),
        (further % 1 != 0, "ADDL", "further doses are a whole number", "", BadInput),
        (further < 0, "ADDL", empirical, "use SS", Unsupported),
        (constant & (further > 0), "ADDL", "an infusion without end is not repeated", "give AMT and II", BadInput),
        (further >= MOST_DOSES, "ADDL", f"at most {MOST_DOSES} doses in one record", "end it earlier", BadInput),
        (interval < 0, "II", "an interval is not negative", "", BadInput),
        (repeated & (interval == 0), "II", "a steady state of repeated doses needs an interval", "", BadInput),
        (constant & (interval > 0), "II", "an infusion without end has no interval", "give AMT, or II 0", BadInput),
        (single & (further > 0) & (interval == 0), "II", "ADDL needs an interval", "give II above zero", BadInput),
        (single & (further == 0) & (interval > 0), "II", "an interval without ADDL or SS has no effect", "", BadInput),
    ]


def _compartments(columns: Columns) -> list[Refusal]:
    dose = np.isin(columns.numbers["EVID"], (DOSE, RESET_AND_DOSE))
    minus = np.char.startswith(columns.compartment, "-")
    off = "switching a compartment off is not computed here"
    return [
        (dose & minus, "CMT", "a dose enters no such state", "name the state, or give its number from 1", BadInput),
        (~dose & minus, "CMT", off, "write the model with a switch, and set it in a column of its name", Unsupported),
    ]
