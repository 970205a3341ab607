"""One row of the endpoint table: what was simulated, what a trial of that size would show, what was published."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from unmoor.trial.measure import Measure
from unmoor.trial.prediction import Trials
from unmoor.trial.statistics.estimate import Estimate, student
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.study import Endpoint
from unmoor.trial.study_file import PublishedPart


@dataclass(frozen=True)
class Published:
    """A published value with its interval, NaN where there is none, and where it was read."""

    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    n: int | None = None
    use: str = ""
    evidence: str = ""
    source: str = ""
    note: str = ""

    @classmethod
    def of(cls, part: PublishedPart | None) -> Published:
        """A published result of a study file, its numbers in the endpoint's unit.

        Counts become a proportion with Wilson's interval; a mean with its SEM, or SD and n, gets Student's (the normal
        one where n is not known). An association published as negative is 1, one that was not 0.
        """
        if part is None:
            return cls()
        if part.negative is not None:
            value, lower, upper = float(part.negative), np.nan, np.nan
        elif part.events is not None and part.n is not None:
            score = wilson(part.events, part.n)
            value, lower, upper = score.value, score.lower, score.upper
        else:
            value, lower, upper = (_or_nan(number) for number in (part.value, part.lower, part.upper))
            error = _or_nan(part.sem) if part.sd is None or part.n is None else float(part.sd) / math.sqrt(part.n)
            if not math.isnan(error):
                reach = student(part.n) * error
                lower, upper = value - reach, value + reach
        note = "; ".join(filter(None, ("recalled, not read again in its source" if part.recalled else "", part.note)))
        return cls(value, lower, upper, part.n, part.use, part.evidence, part.source, note)


def _or_nan(number: float | str | None) -> float:
    return np.nan if number is None else float(number)


@dataclass(frozen=True)
class Row:
    """A statistic of an endpoint in an arm, or of two arms compared; numbers in `unit`, NaN where there is none."""

    endpoint: str
    label: str
    primary: bool
    arm: str
    session: int | None
    statistic: str
    estimate: float
    lower: float
    upper: float
    unit: str
    n: int
    n_failed: int
    predicted_median: float
    predicted_lower: float
    predicted_upper: float
    predicted_n: int | None
    published: float
    published_lower: float
    published_upper: float
    published_n: int | None
    use: str
    evidence: str
    source: str
    verdict: str
    note: str

    @classmethod
    def columns(cls) -> list[str]:
        """The columns of the table, in order."""
        return [field.name for field in fields(cls)]

    def cells(self) -> dict[str, Any]:
        """The row as a table takes it."""
        return asdict(self)

    @classmethod
    def of(
        cls,
        endpoint: Endpoint,
        measure: Measure,
        arm: str,
        estimate: Estimate,
        n_failed: int,
        trials: Trials,
        published: Published,
        session: int | None = None,
    ) -> Row:
        """The row of an estimate; `trials` are the same statistic in drawn trials, `arm` an arm or two of them."""
        low, high = trials.interval()
        return cls(
            endpoint=endpoint.name,
            label=endpoint.label + (f" by session {session}" if session is not None else ""),
            primary=endpoint.primary,
            arm=arm,
            session=session,
            statistic=estimate.method,
            estimate=estimate.value,
            lower=estimate.lower,
            upper=estimate.upper,
            unit=measure.unit,
            n=estimate.n,
            n_failed=n_failed,
            predicted_median=trials.median(),
            predicted_lower=low,
            predicted_upper=high,
            predicted_n=trials.n,
            published=published.value,
            published_lower=published.lower,
            published_upper=published.upper,
            published_n=published.n,
            use=published.use,
            evidence=published.evidence,
            source=published.source,
            verdict=trials.verdict(published.value),
            note=published.note,
        )
