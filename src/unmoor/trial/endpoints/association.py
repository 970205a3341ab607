"""Whether patients with more of one thing have more or less of another: Spearman's rank correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.errors import BadInput, unknown
from unmoor.base.result import Result
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.window import at_time, in_window, window

if TYPE_CHECKING:
    from unmoor.trial.study import Study


class Options(EndpointOptions):
    """`parameter`, a column of the patients' table, or `baseline`, an output at `from`; `output`; its window.

    The largest value of `output` between `from` and `to` is correlated, or with `fold` that over its value at `from`.
    `negative_at` is the P value at which a trial calls the association negative.
    """

    model_config = ConfigDict(populate_by_name=True)

    parameter: str | None = None
    baseline: str | None = None
    output: str
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    fold: bool = False
    negative_at: Annotated[float, Field(gt=0, lt=1)] | None = None


def measure(options: Options, study: Study, where: str) -> Measure:
    """The patient's parameter, or an output at the window's beginning, and the peak of `output` in the window.

    Raises BadInput unless one of `parameter` and `baseline` is given, or for a parameter that is a category or a window
    that is empty or outside the study; UnknownName for an unknown parameter or output.
    """
    study.curve(options.output, where)
    if (options.parameter is None) == (options.baseline is None):
        todo = "'parameter' names a column of the patients' table, 'baseline' an output at the window's beginning"
        raise BadInput("an association needs one of 'parameter' and 'baseline'", where=where, todo=todo)
    if options.parameter is not None:
        people = study.population
        known = [each.name for each in (*people.covariates, *people.variability)]
        if options.parameter not in known:
            raise unknown("parameter that differs between patients", options.parameter, known, where=where)
        if options.parameter in people.categories:
            raise BadInput(f"'{options.parameter}' is a category", where=where, todo="name a parameter with an order")
    if options.baseline is not None:
        study.curve(options.baseline, where)
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        peak = in_window(result, arm, options.output, spans[arm])[1].max(axis=1)
        if options.fold:
            first = at_time(result, arm, options.output, spans[arm][0])
            with np.errstate(divide="ignore", invalid="ignore"):
                peak = np.where(first > 0, peak / first, np.nan)
        if options.baseline is not None:
            own = at_time(result, arm, options.baseline, spans[arm][0])
        else:
            if options.parameter not in result.patients.columns:
                raise unknown("column of the patients", str(options.parameter), result.patients.columns, where=where)
            own = result.patients[options.parameter].to_numpy(dtype=float)
        both = np.column_stack([own, peak])
        return np.where(np.isnan(both).any(axis=1)[:, None], np.nan, both)

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("association", "1", values, moments=moments, negative_at=options.negative_at)
