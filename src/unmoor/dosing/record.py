"""The record of doses given: what each patient got, when, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unmoor.dosing.dose import Dose

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = ("patient", "drug", "dose", "time", "amount", "unit", "nmol", "species", "duration", "capped", "rule")


class Given(NamedTuple):
    """One line of a regimen for all patients: arrays of shape (patient,)."""

    dose: Dose
    state: str
    amount: NDArray[np.float64]
    nmol: NDArray[np.float64]
    entering: NDArray[np.float64]
    lag: NDArray[np.float64]
    capped: NDArray[np.bool_]
    rule: NDArray[np.int32]


def record(given: Sequence[Given], index: NDArray[np.int64]) -> pd.DataFrame:
    """The record as a table with COLUMNS, patients as in `index`, a patient's doses in order of time.

    Text columns are categorical: millions of doses share a few texts.
    """
    import pandas as pd

    if not given or not index.size:
        return pd.DataFrame({name: [] for name in COLUMNS})
    columns = sorted(
        ((hour, position) for position, line in enumerate(given) for hour in line.dose.hours), key=lambda pair: pair[0]
    )
    lines = np.array([position for _, position in columns], dtype=np.int64)
    shape = (index.size, len(columns))
    counted: dict[str, int] = {}
    numbers = []
    for position in lines:
        name = given[position].dose.drug.name
        counted[name] = counted.get(name, 0) + 1
        numbers.append(counted[name])
    rules = [str(rule) for line in given for rule in line.dose.rules]
    first = np.cumsum([0, *(len(line.dose.rules) for line in given)])[:-1]

    def each(values: Sequence[float]) -> NDArray[np.float64]:
        return np.broadcast_to(np.asarray(values), shape).ravel()

    def patientwise(name: str) -> NDArray[np.float64]:
        stacked = np.stack([getattr(line, name) for line in given], axis=1)
        return np.ascontiguousarray(stacked[:, lines]).ravel()

    def named(texts: Sequence[str]) -> pd.Categorical:
        known = list(dict.fromkeys(texts))
        codes = np.array([known.index(text) for text in texts], dtype=np.int32)[lines]
        return pd.Categorical.from_codes(np.broadcast_to(codes, shape).ravel(), categories=known)

    known_rules = list(dict.fromkeys(rules))
    place = np.array([known_rules.index(rule) for rule in rules], dtype=np.int32)
    used = np.stack([place[first[k] + line.rule] for k, line in enumerate(given)], axis=1)[:, lines]
    return pd.DataFrame(
        {
            "patient": np.repeat(index, len(columns)),
            "drug": named([line.dose.drug.name for line in given]),
            "dose": each(numbers),
            "time": each([hour for hour, _ in columns]),
            "amount": patientwise("amount"),
            "unit": named([line.dose.usual.amount.unit for line in given]),
            "nmol": patientwise("nmol"),
            "species": named([line.state for line in given]),
            "duration": each([given[k].dose.over.hours if given[k].dose.over else 0.0 for k in lines]),
            "capped": patientwise("capped"),
            "rule": pd.Categorical.from_codes(used.ravel(), categories=known_rules),
        },
        copy=False,
    )
