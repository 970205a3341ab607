"""Arms compared on one endpoint: the same virtual patients in both, so differences are taken within patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from unmoor.trial.among import Group
from unmoor.trial.measure import Measure
from unmoor.trial.prediction import NO_TRIALS, Trials, statistics
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.difference import paired_difference, risk_difference
from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.statistics.ratio import paired_risk_ratio, risk_ratio
from unmoor.trial.study import Arm, Endpoint, Study

Floats = NDArray[np.float64]


def comparisons(
    study: Study,
    endpoint: Endpoint,
    measure: Measure,
    values: Mapping[str, Floats],
    chosen: Mapping[str, NDArray[np.int64]],
    groups: Mapping[str, Group],
) -> Iterator[Row]:
    """Rows that compare every other arm with the control: difference and, for a proportion, ratio.

    `values` are those of each arm's patients, `chosen` the patients of its drawn trials, `groups` who they are.
    Published values are computed from the published counts of both arms, which were independent groups.
    """
    control = study.arm(endpoint.compare or "", endpoint.where)
    for arm in study.arms:
        if arm.name == control.name:
            continue
        names = (arm.name, control.name)
        here, there = (values[name] for name in names)
        alive = groups[arm.name].alive & groups[control.name].alive
        failed = int(np.count_nonzero(groups[arm.name].inside & ~alive))
        both = len(chosen.keys() & set(names)) == 2
        one, two = (statistics(chosen[name], measure, values[name]) if both else NO_TRIALS for name in names)
        size = None if one.n is None or two.n is None else one.n + two.n
        difference = Trials(one.statistic - two.statistic, size)
        title = f"{arm.name} - {control.name}"
        published = _published(study, endpoint, arm, control, "difference")
        yield Row.of(endpoint, measure, title, paired_difference(here, there), failed, difference, published)
        if measure.kind == "proportion":
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = Trials(np.where(two.statistic > 0, one.statistic / two.statistic, np.nan), size)
            title = f"{arm.name} / {control.name}"
            published = _published(study, endpoint, arm, control, "ratio")
            yield Row.of(endpoint, measure, title, paired_risk_ratio(here, there), failed, ratio, published)


def _published(study: Study, endpoint: Endpoint, arm: Arm, control: Arm, what: str) -> Published:
    parts = [
        next((p for p in study.published if p.endpoint == endpoint.name and p.arm == each.name), None)
        for each in (arm, control)
    ]
    counts = [(part.events, part.n) for part in parts if part is not None]
    if len(counts) < 2 or any(events is None or n is None for events, n in counts):
        return Published()
    one, two = (part for part in parts if part is not None)
    four = (one.events or 0, one.n or 0, two.events or 0, two.n or 0)
    found: Estimate = (risk_difference if what == "difference" else risk_ratio)(*four)
    return Published(
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        n=found.n,
        use=one.use if one.use == two.use else "calibration",
        evidence=f"{one.evidence} {two.evidence}",
        source=" ".join(dict.fromkeys((one.source, two.source))),
        note=f"{found.method}, from the published counts",
    )
