"""Whether a laboratory finding was ever of a grade or worse, by a named version of CTCAE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import ConfigDict, Field

from unmoor.base.errors import BadInput, unknown
from unmoor.base.result import Result
from unmoor.base.units import convert
from unmoor.trial.criteria.ctcae import ctcae_grade, ctcae_table, ctcae_terms
from unmoor.trial.measure import EndpointOptions, Measure
from unmoor.trial.moments import quantity
from unmoor.trial.window import in_window, window

if TYPE_CHECKING:
    from unmoor.trial.study import Study

VERSIONS = {"CTCAE5": "v5", "CTCAE6": "v6"}


class Options(EndpointOptions):
    """`criterion`, CTCAE5 or CTCAE6; `term`; `output`; `grade`, at least that; `from` and `to`, the window's moments.

    `lower_limit` or `upper_limit`, the laboratory's limit of normal with its unit, where grades are counted from it.
    """

    model_config = ConfigDict(populate_by_name=True)

    criterion: str
    term: str
    output: str
    grade: Annotated[int, Field(ge=1, le=4)]
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")
    lower_limit: str | float | None = None
    upper_limit: str | float | None = None


def measure(options: Options, study: Study, where: str) -> Measure:
    """1 where the worst value of the output in the window is of `grade` or worse, else 0.

    Raises UnknownName for a version, term or output nobody knows, BadInput for a unit that does not convert, a grade
    that is a clinical judgement, a limit of normal that the grade needs and lacks, or a window that is empty or outside
    the study.
    """
    study.curve(options.output, where)
    if options.criterion not in VERSIONS:
        raise unknown("version of CTCAE", options.criterion, VERSIONS, where=where)
    version, own = VERSIONS[options.criterion], study.unit(options.output)
    if options.term not in ctcae_terms(version):
        raise unknown(f"term of {options.criterion}", options.term, ctcae_terms(version), where=where)
    row = ctcae_table()[version, options.term]
    if not row[f"grade{options.grade}"]:
        todo = f"name another grade: {row['note']}"
        raise BadInput(f"grade {options.grade} of '{options.term}' has no bound", where=where, todo=todo)
    unit = {"ULN": own, "10^9/L": "10^9 cells/L"}.get(row["unit"], row["unit"])
    scale = float(convert(1.0, own, unit, where=where))
    given = {"lower_limit": options.lower_limit, "upper_limit": options.upper_limit}
    limits = {name: quantity(limit, unit, where=where) for name, limit in given.items() if limit is not None}
    if row["direction"] == "low" and options.grade > 1:
        limits.setdefault("lower_limit", float(row[f"grade{options.grade}"]))  # not counted from it
    ctcae_grade(version, options.term, 1.0, **limits)  # raises here, not when the result is there
    spans = {arm.name: window(study, options.start, options.end, arm, where) for arm in study.arms}

    def values(result: Result, arm: str) -> np.ndarray:
        curve = in_window(result, arm, options.output, spans[arm])[1]
        worst = np.maximum(scale * (curve.min(axis=1) if row["direction"] == "low" else curve.max(axis=1)), 0.0)
        grade = ctcae_grade(version, options.term, worst, **limits)
        return np.where(np.isnan(grade), np.nan, (grade >= options.grade).astype(float))

    moments = tuple(sorted({time for span in spans.values() for time in span}))
    return Measure("proportion", "1", values, moments=moments)
