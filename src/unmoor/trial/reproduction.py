"""The verb `reproduce`: every published value of a study beside what a trial of its size would have shown.

The interval holds who is in the trial and what is not known of the parameters: trials are drawn from the patients of
many draws of a posterior, each trial from those of one draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.population import sample, sample_draws
from unmoor.trial.among import Group
from unmoor.trial.association import negative_trials
from unmoor.trial.block_draws import trials_by_block
from unmoor.trial.evaluate import estimates, values_by_endpoint
from unmoor.trial.measure import Measure
from unmoor.trial.prediction import LEVEL, Trials, statistics
from unmoor.trial.row import Published
from unmoor.trial.simulate import simulate
from unmoor.trial.study import Study
from unmoor.trial.study_difference import with_study_difference
from unmoor.trial.study_file import WHOLE, PublishedPart
from unmoor.trial.study_part import about

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.base.result import Result
    from unmoor.model.posterior import Posterior

DRAWS, EACH = 60, 100
COLUMNS = (
    "study", "endpoint", "label", "arm", "session", "statistic", "unit", "published", "published_lower",
    "published_upper", "n", "simulated", "lower", "upper", "use", "inside", "wide_lower", "wide_upper", "wide_inside",
    "fold", "recalled", "n_failed", "evidence", "source", "note",
)  # fmt: skip


def reproduce(
    study: Study,
    posterior: Posterior | None,
    *,
    draws: int = DRAWS,
    patients: int = EACH,
    seed: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """One row for each published value of `study`, in the order of its file.

    `patients` are simulated under each of the first `draws` draws of `posterior` (as many as the largest published
    group where that is more); without a posterior all have the parameters of the tables. `simulated` is the statistic
    over the patients of a draw, its median over draws; `lower` and `upper` the central 90% of it in 2000 trials of `n`
    patients, each drawn from the patients of one draw. `inside` says whether the published value lies there;
    `wide_lower`, `wide_upper` and `wide_inside` are the same with the differences between studies that
    `study_difference.py` assumes. `fold` is simulated over published. NaN, or None, where
    the publication does not say how many patients it had.
    Raises BadInput for a study without published values, or more draws than the posterior holds.
    """
    import pandas as pd

    if not study.published:
        raise BadInput(f"study '{study.name}' has no published value", where=study.file, todo="add 'published:'")
    seed = study.seed if seed is None else seed
    sizes = [_size(study, part) or 0 for part in study.published]
    each = max(patients, *sizes)
    people = (
        sample(study.population, draws * each, seed)
        if posterior is None
        else sample_draws(study.population, posterior, draws, each, seed)
    )
    study = about(study, study.published)
    result = simulate(study, people, threads=threads, progress=progress)
    blocks = np.arange(len(people)) // each
    table = pd.DataFrame(list(_rows(study, result, blocks, seed)), columns=list(COLUMNS))
    return table.astype({"session": "Int64", "n": "Int64", "inside": "boolean", "wide_inside": "boolean"})


def _size(study: Study, part: PublishedPart) -> int | None:
    return part.n or study.size_of(part.arm)


def _rows(study: Study, result: Result, blocks: NDArray[np.int64], seed: int) -> Iterator[dict[str, Any]]:
    groups = {arm.name: Group.of(arm, result) for arm in study.arms}
    measured = values_by_endpoint(study, result, groups)
    known_places: dict[tuple[str, int | None], Places] = {}
    for part in study.published:
        endpoint = study.endpoint(part.endpoint)
        measure, arms = study.measure(endpoint), measured[part.endpoint]
        n, published = _size(study, part), Published.of(part)
        if (part.arm, n) not in known_places:
            known_places[part.arm, n] = _places(study, result, groups, part.arm, n, blocks, seed)
        places = known_places[part.arm, n]
        values = arms[part.arm] if places.stacked is None else places.stacked(arms)
        simulated, method = _middle(measure, values, places.of_block, part.session)
        low = high = wide_low = wide_high = np.nan
        if n is not None:
            trials = statistics(places.of_trial, measure, values, part.session)
            if part.negative is not None:
                trials = negative_trials(places.of_trial, values, measure.negative_at or 0.0)
                known = trials.statistic[~np.isnan(trials.statistic)]
                simulated, method = float(known.mean()) if known.size else np.nan, "share of trials with rho below 0"
            moved = with_study_difference(trials.statistic, n, measure.kind, seed)
            (low, high), (wide_low, wide_high) = trials.interval(LEVEL), Trials(moved, n).interval(LEVEL)
        has = not np.isnan(low)
        yield {
            "study": study.name, "endpoint": endpoint.name, "label": endpoint.label, "arm": part.arm,
            "session": part.session, "statistic": method, "unit": measure.unit,
            "published": published.value, "published_lower": published.lower, "published_upper": published.upper,
            "n": n, "simulated": simulated, "lower": low, "upper": high, "use": part.use,
            "inside": bool(low <= published.value <= high) if has else None,
            "wide_lower": wide_low, "wide_upper": wide_high,
            "wide_inside": bool(wide_low <= published.value <= wide_high) if has else None,
            "fold": _fold(measure, simulated, published.value),
            "recalled": part.recalled, "n_failed": places.failed,
            "evidence": part.evidence, "source": part.source, "note": part.note,
        }  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where the patients of an arm stand among its values: `of_block` block by block, `of_trial` (trial, patient).

    For the whole dose-finding trial these are places in the values of all its levels, which `stacked` makes.
    """

    of_block: Sequence[NDArray[np.int64]]
    of_trial: NDArray[np.int64]
    failed: int
    stacked: Callable[[dict[str, NDArray[np.float64]]], NDArray[np.float64]] | None = None


def _places(
    study: Study, result: Result, groups: dict[str, Group], arm: str, n: int | None, blocks: NDArray[np.int64],
    seed: int,
) -> Places:  # fmt: skip
    if study.escalation is not None and arm == WHOLE:
        from unmoor.trial.escalation.by_draw import whole_trials_by_block

        some = whole_trials_by_block(study, result, blocks, seed)
        chosen = np.concatenate([each.chosen for each in some])
        return Places([each.once for each in some], chosen, some[0].escalation.toxicity.failed, some[0].values)
    alive = groups[arm].alive
    mine = [np.flatnonzero((blocks == block) & alive) for block in range(int(blocks[-1]) + 1)]
    chosen = trials_by_block(seed, arm, blocks, alive, n or 0)
    return Places([each for each in mine if each.size], chosen, groups[arm].failed)


def _middle(
    measure: Measure, values: NDArray[np.float64], places: Sequence[NDArray[np.int64]], session: int | None
) -> tuple[float, str]:
    """The median over blocks of the statistic over a block's patients, and what the statistic is called."""
    found, method = [], ""
    for block in places:
        estimate = next(each for where, each in estimates(measure, values[block]) if where == session)
        found.append(estimate.value)
        method = estimate.method.partition(",")[0]
    known = np.array(found)[~np.isnan(found)]
    return (float(np.median(known)) if known.size else np.nan), method


def _fold(measure: Measure, simulated: float, published: float) -> float:
    """Simulated over published; NaN for a correlation, which has no ratio, and for a median that is not reached."""
    known = measure.kind != "association" and published > 0 and 0 < simulated < np.inf
    return simulated / published if known else np.nan
