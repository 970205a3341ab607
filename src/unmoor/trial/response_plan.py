"""How response is assessed in a study: by which criterion, from which outputs, when; checked when the study is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, unknown
from unmoor.base.units import convert
from unmoor.trial.criteria.assessment import FLAG, Criterion, criterion_of
from unmoor.trial.moments import duration, moment, quantity
from unmoor.trial.study_file import ReadingPart, ResponsePart

#: a yes or no that the model gives as a number of unit 1 is a yes from here on
YES = 0.5
#: relative room for the rounding of single-precision curves at 0 and 100%
ROUNDING = 1e-6
SCHEDULE = "write 'every 28 days from day 29', 'every 6 weeks from day 43 to day 400', or a list of moments"
_EVERY = re.compile(r"every\s+(?P<step>.+?)\s+from\s+(?P<first>.+?)(?:\s+to\s+(?P<last>.+))?", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One argument of a criterion, read off an output: times `factor`, or a yes where `above` or `below` a bound.

    `detected_from` is the limit of detection in the criterion's unit: lower values read as 0.
    """

    output: str
    factor: float
    above: float | None = None
    below: float | None = None
    detected_from: float = 0.0
    highest: float = np.inf

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the output as the criterion reads them: in its unit, or 1 for yes and 0 for no; NaN stays NaN."""
        if self.above is not None:
            return np.where(np.isnan(values), np.nan, (values >= self.above).astype(float))
        if self.below is not None:
            return np.where(np.isnan(values), np.nan, (values < self.below).astype(float))
        found = self.factor * values
        found = np.where((found < 0) & (found > -ROUNDING), 0.0, found)
        found = np.where((found > self.highest) & (found < self.highest * (1 + ROUNDING)), self.highest, found)
        return np.where((found >= 0) & (found < self.detected_from), 0.0, found)


@dataclass(frozen=True)
class ResponsePlan:
    """A checked entry of `responses:`: readings by argument; `times` and `baseline` (h) by arm."""

    name: str
    criterion: Criterion
    readings: Mapping[str, Reading]
    times: Mapping[str, tuple[float, ...]]
    baseline: Mapping[str, float]
    confirmed: bool
    where: str

    @property
    def moments(self) -> tuple[float, ...]:
        """Hours that the study's time grid has to hold."""
        return tuple(sorted({*self.baseline.values(), *(time for times in self.times.values() for time in times)}))

    def counted(self, responses: Sequence[str] | None, where: str) -> tuple[str, ...]:
        """The responses that count, the criterion's own choice for None.

        Raises UnknownName for a response that the version does not have, BadInput for none at all.
        """
        if responses is None:
            return self.criterion.counted
        if not responses:
            raise BadInput("no response counts", where=where, todo=f"name some of {', '.join(self.criterion.order)}")
        for word in responses:
            if word not in self.criterion.order:
                raise unknown(f"response of {self.criterion.version}", word, self.criterion.order, where=where)
        return tuple(responses)


def response_plan(
    name: str,
    part: ResponsePart,
    units: Mapping[str, str],
    anchors: Mapping[str, Mapping[str, Sequence[float]]],
    length: float,
    where: str,
) -> ResponsePlan:
    """The plan that a study file writes; `units` are those of the kept outputs, `anchors` the moments of each arm.

    Raises UnknownName for a version, reading or output nobody knows, BadInput for a reading that is missing or whose
    unit does not convert, an assessment outside the study of `length` h or not after the baseline.
    """
    criterion = criterion_of(part.criterion, where=where)
    for argument in part.readings:
        if argument not in criterion.readings:
            raise unknown(f"reading of {criterion.version}", argument, criterion.readings, where=where)
    if part.confirmed and not criterion.progresses:
        todo = "leave 'confirmed' out"
        raise BadInput(f"{criterion.version} asks for no confirmation", where=where, todo=todo)
    missing = [argument for argument in criterion.required if argument not in part.readings]
    if missing:
        todo = f"name the outputs of {', '.join(missing)} under 'readings'"
        raise BadInput(f"{criterion.version} needs {', '.join(missing)}", where=where, todo=todo)
    readings = {
        argument: _reading(argument, criterion, written, units, where) for argument, written in part.readings.items()
    }
    times = {arm: assessments(part.at, known, length, where) for arm, known in anchors.items()}
    baseline = {arm: moment(_clock(part.baseline), known, where=where) for arm, known in anchors.items()}
    for arm, visits in times.items():
        if not 0 <= baseline[arm] < visits[0]:
            what = f"the first assessment at {visits[0]:g} h is not after the baseline at {baseline[arm]:g} h"
            raise BadInput(what, where=where, todo="a baseline is taken in the study and before all assessments")
        if part.confirmed and len(visits) < 2:
            raise BadInput("one assessment confirms nothing", where=where, todo="plan two, or leave 'confirmed' out")
    return ResponsePlan(name, criterion, readings, times, baseline, part.confirmed, where)


def assessments(
    text: str | Sequence[str], anchors: Mapping[str, Sequence[float]], length: float, where: str
) -> tuple[float, ...]:
    """Hours of the assessments, increasing: of `every 28 days from day 29`, to the end of the study, or of moments.

    Raises BadInput for a text that is neither, an assessment outside the study, or moments out of order.
    """
    found = _EVERY.fullmatch(text.strip()) if isinstance(text, str) else None
    if found:
        step = duration(found["step"], where=where)
        first = moment(_clock(found["first"]), anchors, where=where)
        last = length if found["last"] is None else moment(_clock(found["last"]), anchors, where=where)
        times = [first + k * step for k in range(max(1, int((last - first) / step + 1e-9) + 1))]
        times = [time for k, time in enumerate(times) if not k or time <= last + 1e-9]
    else:
        if isinstance(text, str) and text.strip().lower().startswith("every"):
            raise BadInput(f"cannot read assessments '{text}'", where=where, todo=SCHEDULE)
        words = [text] if isinstance(text, str) else list(text)
        times = [moment(_clock(word), anchors, where=where) for word in words]
    if not times or any(later <= earlier for earlier, later in itertools.pairwise(times)):
        raise BadInput("assessments are not in increasing order", where=where, todo=SCHEDULE)
    if times[0] < 0 or times[-1] > length + 1e-9:
        outside = times[0] if times[0] < 0 else times[-1]
        todo = f"the study runs from 0 to {length:g} h"
        raise BadInput(f"an assessment at {outside:g} h is outside the study", where=where, todo=todo)
    return tuple(min(time, length) for time in times)


def _clock(text: str) -> str:
    """An assessment on a day without a time of day is at its beginning."""
    return f"{text.strip()} at 00:00" if re.fullmatch(r"day\s+\d+", text.strip(), re.IGNORECASE) else text


def _reading(
    argument: str, criterion: Criterion, written: str | ReadingPart, units: Mapping[str, str], where: str
) -> Reading:
    part = ReadingPart(output=written) if isinstance(written, str) else written
    if part.output not in units:
        raise unknown("output of sampling", part.output, units, where=where)
    own, wanted = units[part.output], criterion.readings[argument]
    bounds = {key: getattr(part, key) for key in ("above", "below") if getattr(part, key) is not None}
    if wanted == FLAG:
        if not bounds and own not in ("", "1"):
            todo = f"write {argument}: {{output: {part.output}, above: 10 {own}}}, or 'below'"
            raise BadInput(f"'{argument}' is a yes or a no, and '{part.output}' is in {own}", where=where, todo=todo)
        if len(bounds) > 1 or part.detected_from is not None:
            todo = "give either 'above' or 'below', and no 'detected_from'"
            raise BadInput(f"'{argument}' is a yes or a no with one bound", where=where, todo=todo)
        levels = {key: quantity(value, own, where=where) for key, value in bounds.items()} or {"above": YES}
        return Reading(part.output, 1.0, **levels)
    if bounds:
        todo = f"leave out {' and '.join(bounds)}: the criterion reads '{argument}' in {wanted}"
        raise BadInput(f"'{argument}' is a number", where=where, todo=todo)
    factor = float(convert(1.0, own, wanted, where=where))
    limit = 0.0 if part.detected_from is None else quantity(part.detected_from, wanted, where=where)
    return Reading(part.output, factor, detected_from=limit, highest=100.0 if wanted == "%" else np.inf)
