"""Dose-transition pathways: every way the next cohorts can go and what the design does in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import whole
from unmoor.trial.dose_finding.history import History, cohort_text
from unmoor.trial.dose_finding.table import Columns
from unmoor.trial.dose_finding.trials import of_histories
from unmoor.trial.dose_finding.truth import check_rates

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.trial.dose_finding.design import Design

MOST = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the tree: what the last cohort showed and what comes next.

    `number` and `parent` are places in the tree (parent -1 at the root), `depth` the cohorts from the root, `level`
    and `outcome` those of the cohort that led here, `next` the level that follows (0 to stop, -1 to wait).
    """

    number: int
    parent: int
    depth: int
    history: History
    level: int
    size: int
    dlt: int
    next: int
    recommended: int


@dataclass(frozen=True)
class Pathways:
    """The tree of a design from one history on; `steps` stand parents first."""

    design: Design
    steps: tuple[Step, ...]

    def ends(self) -> list[Step]:
        """The steps that nothing follows."""
        parents = {step.parent for step in self.steps}
        return [step for step in self.steps if step.number not in parents]

    def chances(self, rates: Sequence[float]) -> np.ndarray:
        """The probability of reaching each step when the true DLT rates are `rates`, shape (step,).

        Raises BadInput for rates outside [0, 1] or not one a level.
        """
        p = check_rates(rates, self.design.levels)
        found = np.ones(len(self.steps))
        for step in self.steps[1:]:
            rate = p[step.level - 1]
            here = comb(step.size, step.dlt) * rate**step.dlt * (1 - rate) ** (step.size - step.dlt)
            found[step.number] = found[step.parent] * here
        return found

    def table(self, rates: Sequence[float] | None = None) -> pd.DataFrame:
        """A row a step: cohorts ahead, the outcomes so far, next level (stop, wait) and what would be recommended.

        With true DLT `rates` also the probability of getting there.
        """
        import pandas as pd

        label, words = self.design.label, {0: "stop", -1: "wait"}
        rows = [
            (
                step.depth,
                history_text(self.design, step.history),
                words.get(step.next) or label(step.next),
                label(step.recommended) if step.recommended else "none",
            )
            for step in self.steps
        ]
        table = pd.DataFrame(rows, columns=["cohorts", "history", "next", "recommended"])
        return table if rates is None else table.assign(probability=self.chances(rates))

    def text(self) -> str:
        """The tree as indented text: outcome of a cohort -> next level."""
        label, words = self.design.label, {0: "stop", -1: "wait"}
        lines = []
        for step in self._depth_first():
            what = cohort_text(label(step.level), step.dlt, step.size) if step.size else "now"
            follows = words.get(step.next) or f"level {label(step.next)}"
            if step.next == 0:
                follows += f", recommend {label(step.recommended) if step.recommended else 'none'}"
            lines.append(f"{'   ' * step.depth}{what} -> {follows}")
        return "\n".join(lines)

    def _depth_first(self) -> list[Step]:
        children: dict[int, list[Step]] = {}
        for step in self.steps[1:]:
            children.setdefault(step.parent, []).append(step)
        order, stack = [], [self.steps[0]]
        while stack:
            step = stack.pop()
            order.append(step)
            stack.extend(reversed(children.get(step.number, [])))
        return order


def pathways(design: Design, history: History | str = "", cohorts: int = 2) -> Pathways:
    """The tree of the next `cohorts` cohorts after `history`, with every number of DLTs in each.

    Raises BadInput for outcomes that cannot be read, or a tree of more than 20,000 steps.
    """
    whole("cohorts", cohorts, 1, where="pathways")
    steps: list[Step] = []
    frontier = [(-1, design.read(history), 0, 0, 0)]
    for depth in range(cohorts + 1):
        if len(steps) + len(frontier) > MOST:
            raise BadInput(f"more than {MOST:,} steps", where="pathways", todo="look fewer cohorts ahead")
        trials = of_histories([one[1] for one in frontier], design.levels)
        decided = zip(frontier, design.decide(trials).tolist(), design.final(trials).tolist(), strict=True)
        added = [
            Step(len(steps) + place, parent, depth, so_far, level, size, dlt, following, recommended)
            for place, ((parent, so_far, level, size, dlt), following, recommended) in enumerate(decided)
        ]
        steps += added
        frontier = [after for step in added if step.next > 0 for after in _afterwards(design, step)]
        if not frontier:
            break
    return Pathways(design, tuple(steps))


def _afterwards(design: Design, step: Step) -> list[tuple[int, History, int, int, int]]:
    size = min(design.cohort, design.n - len(step.history))
    return [(step.number, step.history.then(step.next, dlt, size), step.next, size, dlt) for dlt in range(size + 1)]


def by_path(design: Design, cohorts: int = 2) -> Columns:
    """The decisions along every path of the first cohorts: columns history, level, n, dlt, decision, next."""
    rows = []
    for step in pathways(design, cohorts=cohorts).steps[1:]:
        steps = design.rank(step.next) - design.rank(step.level) if step.next > 0 else 0
        word = "escalate" if steps > 0 else "de-escalate" if steps < 0 else "stay"
        word = {0: "stop", -1: "wait"}.get(step.next, word)
        rows.append((history_text(design, step.history), step.level, step.size, step.dlt, word, step.next))
    names = ("history", "level", "n", "dlt", "decision", "next")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def history_text(design: Design, history: History) -> str:
    """A history as `design.next` reads it."""
    words = []
    for cohort in history.cohorts:
        letters = "".join("T" if one.dlt else f"P{one.observed:g}" if one.pending else "N" for one in cohort)
        words.append(design.label(cohort[0].level) + letters)
    return " ".join(words)
