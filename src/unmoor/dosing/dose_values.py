"""What a dose's parameters and sizes are for one patient at one record: from the table, the patient, or the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.dosing.dose_parameters import DoseParameter, worked_out
from unmoor.model.expression import evaluate, symbols

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unmoor.dosing.destination import Destination
    from unmoor.dosing.table_columns import Columns
    from unmoor.model.model import Model

#: what each kind of dose parameter may be
POSITIVE = ("rate", "duration")
DEFAULTS = {"bioavailability": 1.0, "lag": 0.0}


@dataclass(frozen=True, eq=False)
class DoseValues:
    """Values by record; a patient's own are of shape (patient,), a table's columns (record,), all in internal units."""

    model: Model
    columns: Columns
    parameters: Mapping[str, NDArray[np.float64]]
    doses: Mapping[DoseParameter, NDArray[np.float64]]
    by_record: Mapping[str, NDArray[np.float64]]
    doses_by_record: Mapping[DoseParameter, NDArray[np.float64]]

    def constant(self, name: str, record: NDArray[np.int64]) -> NDArray[np.float64]:
        """A constant of the model as it is at records, shape of `record`."""
        if name in self.by_record:
            return self.by_record[name][record]
        found = np.asarray(self.parameters.get(name, self.model.constants[name]), dtype=np.float64)
        return np.broadcast_to(found, (self.columns.count,))[self.columns.patient[record]]

    def varies(self, into: Destination, kind: str) -> bool:
        """Whether a dose parameter can change between records of one patient."""
        source = into.sources.get(kind)
        return source in self.doses_by_record or (isinstance(source, str) and bool(self.by_record))

    def of(self, into: Destination, kind: str, record: NDArray[np.int64]) -> NDArray[np.float64]:
        """A dose parameter as it is at records.

        Raises BadInput by row where there is none though it is needed, or where it is negative, not finite, or - a rate
        or duration - zero; Unsupported where it depends on a state or on time.
        """
        source, columns = into.sources.get(kind), self.columns
        where = columns.at(int(record[0])) if record.size else columns.where
        if source is None and kind in DEFAULTS:
            return np.full(record.size, DEFAULTS[kind])
        if source is None:
            known = f"{kind}_{into.state}"
            what = f"RATE leaves the {kind} to the model, which has none for '{into.state}'"
            raise BadInput(what, where=where, todo=f"name it {known}: a constant, a column of the table or a parameter")
        if isinstance(source, DoseParameter):
            column = self.doses_by_record.get(source)
            values = column[record] if column is not None else self._patients(source)[columns.patient[record]]
        else:
            values = worked_out(source, self.model, lambda name: self.constant(name, record), where)
            values = np.broadcast_to(values, record.shape)
        wrong = ~(np.isfinite(values) & (values > 0 if kind in POSITIVE else values >= 0))
        if wrong.any():
            bad = int(np.flatnonzero(wrong)[0])
            todo = f"a {kind} is {'above zero' if kind in POSITIVE else 'zero or more'}"
            raise BadInput(f"'{source}' is {values[bad]:g}", where=columns.at(int(record[bad])), todo=todo)
        return values

    def size(self, into: Destination, record: NDArray[np.int64]) -> NDArray[np.float64]:
        """What one unit of the state holds: the size of the compartment where the state is a concentration, else 1."""
        if not into.concentration:
            return np.ones(record.size)
        amount = next(amount for amount, symbol in self.model.species.values() if symbol == into.state)
        if amount not in self.model.assignments:
            what = f"'{into.state}' is a concentration in a compartment without a size"
            raise BadInput(what, where=self.columns.where, todo="give the compartment its size")
        definition = self.model.assignments[amount]
        names = symbols(definition) - {into.state}
        values = {into.state: np.float64(1.0), **{name: self.constant(name, record) for name in names}}
        size = np.broadcast_to(np.asarray(evaluate(definition, values), dtype=np.float64), record.shape)
        wrong = np.flatnonzero(~(np.isfinite(size) & (size > 0)))
        if wrong.size:
            what = f"the compartment of '{into.state}' has size {size[wrong[0]]:g}"
            raise BadInput(what, where=self.columns.at(int(record[wrong[0]])), todo="a dose needs a size above zero")
        return size

    def _patients(self, parameter: DoseParameter) -> NDArray[np.float64]:
        return np.broadcast_to(np.asarray(self.doses[parameter], dtype=np.float64), (self.columns.count,))
