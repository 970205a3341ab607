"""Endpoints of a whole dose-finding trial: each patient counts at the level that patient was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from unmoor.base.random import uniform
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.association import negative_row
from unmoor.trial.dose_finding.trials import Floats, Ints
from unmoor.trial.escalation.escalation import Escalation, escalate
from unmoor.trial.measure import Measure
from unmoor.trial.prediction import seed_of, statistics
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.study import Endpoint, Study
from unmoor.trial.study_file import WHOLE

Estimates = Callable[[Measure, Floats], Iterator[tuple[int | None, Estimate]]]


@dataclass(frozen=True)
class WholeTrial:
    """The places of a dose-finding trial's patients among the values of all its levels, one level after the other.

    `chosen`, shape (trial, entry), are those of every trial, the last place for an entry that stayed empty; `once`,
    shape (patient,), holds each virtual patient that entered any trial once, at a level some trial gave.
    """

    escalation: Escalation
    chosen: Ints
    once: Ints

    def values(self, arms: Mapping[str, Floats]) -> Floats:
        """The values of all levels, one after the other, then one that is missing."""
        levels = [arms[name] for name in self.escalation.plan.levels]
        return np.concatenate([*levels, np.full_like(levels[0][:1], np.nan)])

    def rows(self, study: Study, endpoint: Endpoint, arms: Mapping[str, Floats], estimates: Estimates) -> Iterator[Row]:
        """Rows of one endpoint; `arms` are its values in each arm.

        The estimate is over `once`, so that its interval speaks of as many patients as there are; the predicted range
        is the central 90% of the statistic over the trials.
        """
        measure, values = study.measure(endpoint), self.values(arms)
        known = {p.session: p for p in study.published if p.endpoint == endpoint.name and p.arm == WHOLE}
        failed = self.escalation.toxicity.failed
        for session, estimate in estimates(measure, values[self.once]):
            trials = statistics(self.chosen, measure, values, session)
            part = known.get(session)
            published = Published.of(None if part is not None and part.negative is not None else part)
            yield Row.of(endpoint, measure, WHOLE, estimate, failed, trials, published, session)
        if measure.kind == "association" and measure.negative_at is not None:
            n = int(np.isfinite(values[self.once]).all(axis=1).sum())
            yield negative_row(endpoint, measure, WHOLE, values, self.chosen, failed, known.get(None), n)


def whole_trial(study: Study, result: Result | StoredResult, trials: int | None = None) -> WholeTrial:
    """The study's dose-finding trial, run on the patients of a result.

    Raises BadInput as `escalate` does.
    """
    run = escalate(study, result) if trials is None else escalate(study, result, trials=trials)
    return placed(run, result.n, seed_of(study, result))


def placed(run: Escalation, patients: int, seed: int) -> WholeTrial:
    """The places of the patients of `run` in a result of so many `patients` an arm."""
    nobody = patients * len(run.plan.levels)
    chosen = np.where(run.given > 0, (run.given - 1) * patients + run.who, nobody)
    entered = chosen[chosen < nobody]
    # all places of one patient side by side, in the order of trials; a number addressed by the patient picks one
    entered = entered[np.argsort(entered % patients, kind="stable")]
    who, first, count = np.unique(entered % patients, return_index=True, return_counts=True)
    number = uniform(seed, "dose finding: the level that stands for a patient", 0, patients)[who]
    return WholeTrial(run, chosen, entered[first + (number * count).astype(np.int64)])
