"""What each of several designs would have done on the same virtual patients, trial by trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.base.stored_result import StoredResult
from unmoor.trial.escalation.escalation import TRIALS, Escalation, run_escalation
from unmoor.trial.escalation.plan import NamedDesign
from unmoor.trial.escalation.toxicity import planned, toxicity
from unmoor.trial.prediction import seed_of
from unmoor.trial.study import Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class DesignComparison:
    """Designs side by side, each run in the same trials: trial k of all draws the same patients at the same times."""

    runs: tuple[Escalation, ...]

    @property
    def rates(self) -> tuple[float, ...]:
        """The true DLT rate at each level: the share of the virtual patients."""
        return self.runs[0].toxicity.rates

    def table(self) -> pd.DataFrame:
        """A row a design and level, as `Escalation.table`, `design` first."""
        import pandas as pd

        tables = [run.table() for run in self.runs]
        for run, table in zip(self.runs, tables, strict=True):
            table.insert(0, "design", run.design.name)
        return pd.concat(tables, ignore_index=True)

    def totals(self) -> pd.DataFrame:
        """A row a design, of what it does until it ends; shares are fractions, of trials unless they say of patients.

        true_mtd is the level with the rate nearest the design's target, "none" if even the lowest is above 1.4 times
        it; correct the share that recommends it, as_published the share that recommends what the published trial did
        (NaN where none is known); patients and dlts means; above_mtd_patients the share of patients treated above it;
        overdosed_60 and overdosed_80 the shares of trials that treat more than 60% and 80% of the
        design's n at rates above the target; months the mean until the design ends, months_in_all until all of the
        trial's patients are through.
        """
        import pandas as pd

        rows = []
        for run in self.runs:
            found = run.operating.totals()
            rows.append({
                "design": run.design.name, "target": run.design.design.target,
                "true_mtd": ["none", *run.plan.levels][run.operating.mtd],
                "correct": found["correct"], "as_published": _as_published(run),
                "patients": found["patients"], "dlts": found["dlt"],
                "above_mtd_patients": found["above_mtd_patients"], "overdosed_60": found["overdosed_60"],
                "overdosed_80": found["overdosed_80"], "months": float(np.mean(run.months_of_design)),
                "months_in_all": float(np.mean(run.months)),
            })  # fmt: skip
        return pd.DataFrame(rows)


def _as_published(run: Escalation) -> float:
    places = run.plan.published_places
    return float(np.mean(np.isin(run.recommended, places))) if places else np.nan


def compare_designs(
    study: Study,
    result: Result | StoredResult,
    designs: Sequence[str | NamedDesign] | None = None,
    *,
    trials: int = TRIALS,
    seed: int | None = None,
    target: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> DesignComparison:
    """Run designs on the dose levels of a study, in the same trials of the same virtual patients.

    `designs` are names - of the study's design and alternatives, or of any design that needs no more than the study's
    levels, patients and target - or designs with a name; all of the study's when left out. `target` is a target DLT
    rate for all that are named. `progress(done, total)` hears of designs.
    Raises BadInput for a study without dose levels, no design, a name that stands twice, a target outside (0, 1) or a
    design that does not fit, UnknownName for one that does not exist.
    """
    plan = planned(study)
    if target is not None:
        plan = plan.aiming(target)
    asked = plan.designs if designs is None else designs
    chosen = [plan.named(each) if isinstance(each, str) else each for each in asked]
    names = [each.name for each in chosen]
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if twice or not names:
        what = f"design '{twice[0]}' stands twice" if twice else "no design"
        raise BadInput(what, where="designs to compare", todo="name at least one, each once")
    known = toxicity(study, result)
    truth = known.truth(plan, trials, seed_of(study, result) if seed is None else seed)
    runs = []
    for done, each in enumerate(chosen):
        if progress is not None:
            progress(done, len(chosen))
        runs.append(run_escalation(plan, each, known, truth))
    if progress is not None:
        progress(len(chosen), len(chosen))
    return DesignComparison(tuple(runs))
