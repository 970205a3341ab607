"""Collection efficiency of a session, CE1 or CE2: which share of the cells that passed the separator is in the bag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.units import convert
from unmoor.trial.measure import EndpointOptions, Measure, integrated, session_values
from unmoor.trial.summaries import Statistic
from unmoor.trial.window import at_time

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`definition`, CE1 or CE2; `processed`, the output of volume through the separator; `session`; `statistic`."""

    definition: Literal["CE1", "CE2"]
    processed: str
    session: Annotated[int, Field(ge=1)] = 1
    statistic: Statistic = "median"


def measure(options: Options, study: Study, where: str) -> Measure:
    """Cells collected in the session over count times volume processed, in %.

    CE2 takes the count just before the session, CE1 the mean of those just before and at its end (Neyrinck and
    Vrielink, J Clin Apher 2015;30:38). NaN where the session was not performed. Raises BadInput for a session that is
    not planned, a count whose curve is not kept or a collected output that is not per kg, UnknownName for a volume
    whose curve is not kept.
    """
    procedure = study.procedure(where)
    session = procedure.count_of(options.session, where)
    study.curve(options.processed, where)
    count = next((name for name, found in study.outputs.items() if found == procedure.count), None)
    if count is None:
        raise BadInput("the curve of the count is not kept", where=where, todo="add it to 'sampling: outputs'")
    # collected is per kg of the patient, count per volume: all in 10^6 cells, litres and kg
    to_cells = convert(1.0, study.unit(procedure.collected), "10^6 cells/kg", where=where)
    to_count = convert(1.0, study.unit(count), "10^6 cells/L", where=where)
    to_litres = convert(1.0, study.unit(options.processed), "L", where=where)
    begins = procedure.starts[session - 1]
    ends = begins + procedure.duration

    def values(result: Result, arm: str) -> np.ndarray:
        weight = result.patients["weight"].to_numpy(dtype=float)
        cells = to_cells * session_values(result, arm, "yield")[:, session - 1] * weight
        before = session_values(result, arm, "pre_count")[:, session - 1]
        if options.definition == "CE1":
            before = (before + at_time(result, arm, count, ends)) / 2
        litres = at_time(result, arm, options.processed, ends) - at_time(result, arm, options.processed, begins)
        passed = to_count * before * to_litres * litres
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(passed > 0, 100 * cells / passed, np.nan)
        return np.where(integrated(result, arm), share, np.nan)

    return Measure("number", "%", values, options.statistic, (begins, ends))
