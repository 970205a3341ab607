"""Decision tables: one row an outcome, and the same as a grid of letters that can be printed and pinned to a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from unmoor.trial.dose_finding.history import cohort_text
from unmoor.trial.dose_finding.trials import Trials

if TYPE_CHECKING:
    from unmoor.trial.dose_finding.design import Design

COLUMNS = ["history", "level", "n", "dlt", "pending", "decision", "next"]
LETTERS = {"escalate": "E", "stay": "S", "de-escalate": "D", "eliminate": "X", "wait": "W", "stop": "."}


def count_table(design: Design, sizes: Sequence[int] = ()) -> pd.DataFrame:
    """Decisions that depend on the counts at the current level alone, for `sizes` patients (1 to the trial's n - 1).

    Columns: history (the outcomes, as `design.next` reads them), level, n, dlt, decision, next. The level is the
    second, whose neighbours are both open; with a single level it is that one. "eliminate" never returns to the level.
    """
    wanted = [(n, dlt, 0) for n in sizes or range(1, design.n) for dlt in range(n + 1)]
    return _decided(design, wanted).drop(columns="pending")


def pending_table(design: Design, sizes: Sequence[int]) -> pd.DataFrame:
    """As `count_table`, with a column pending: patients of whose DLT window nothing has passed."""
    return _decided(design, [(n, y, c) for n in sizes for y in range(n + 1) for c in range(n - y + 1)])


def _decided(design: Design, wanted: Sequence[tuple[int, int, int]]) -> pd.DataFrame:
    level = min(2, design.levels)
    n, dlt, pending = (np.array([row[i] for row in wanted], dtype=np.int64) for i in range(3))
    counts, toxic, open_windows = (np.zeros((len(wanted), design.levels), dtype=np.int64) for _ in range(3))
    counts[:, 0] = level == 2
    counts[:, level - 1], toxic[:, level - 1], open_windows[:, level - 1] = n, dlt, pending
    current = np.full(len(wanted), level)
    trials = Trials(counts, toxic, current, n, dlt, open_windows, np.zeros(counts.shape))
    following = design.propose(trials)
    kept = design.open_levels(trials)[:, level - 1] if hasattr(design, "open_levels") else np.full(len(wanted), True)
    cases = [following == 0, following == -1, ~kept, following > level, following < level]
    words = np.select(cases, ["stop", "wait", "eliminate", "escalate", "de-escalate"], "stay")
    below = cohort_text(design.label(1), 0, 1) + " " if level == 2 else ""
    label = design.label(level)
    texts = [f"{below}{label}{'N' * (size - y - c)}{'T' * y}{'P0' * c}" for size, y, c in wanted]
    columns = (texts, current, n, dlt, pending, words, following)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def boundaries(table: pd.DataFrame) -> pd.DataFrame:
    """For each number of patients: escalate with at most so many DLTs, de-escalate and eliminate with at least.

    Missing where no number of DLTs leads there. The table is one with columns n, dlt and decision.
    """
    rows = []
    for n, group in table.groupby("n"):
        by = {word: group.loc[group["decision"] == word, "dlt"] for word in ("escalate", "de-escalate", "eliminate")}
        down = pd.concat([by["de-escalate"], by["eliminate"]])
        rows.append((n, _edge(by["escalate"], "max"), _edge(down, "min"), _edge(by["eliminate"], "min")))
    names = ["n", "escalate_if_at_most", "deescalate_if_at_least", "eliminate_if_at_least"]
    return pd.DataFrame(rows, columns=names).astype("Int64")


def letters(table: pd.DataFrame) -> str:
    """The table as text: a column for each number of patients, a row for each number of DLTs, a letter each.

    E escalate, S stay, D de-escalate, X de-escalate and never return, W wait, . stop.
    """
    grid = table.assign(letter=table["decision"].map(LETTERS)).pivot(index="dlt", columns="n", values="letter")
    grid = grid.fillna("")
    head = "DLT \\ n " + " ".join(f"{n:>2}" for n in grid.columns)
    lines = [
        f"{dlt:>7} " + " ".join(f"{letter:>2}" for letter in row)
        for dlt, row in zip(grid.index, grid.to_numpy(), strict=True)
    ]
    return "\n".join([head, *(line.rstrip() for line in lines)])


def letters_by_count(table: pd.DataFrame) -> dict[tuple[int, int], str]:
    """The letter of each (patients, DLTs), as `letters` prints them."""
    rows = zip(table["n"], table["dlt"], table["decision"], strict=True)
    return {(int(n), int(dlt)): LETTERS[word] for n, dlt, word in rows}


def _edge(values: pd.Series, which: str) -> int | None:
    return None if values.empty else int(getattr(values, which)())
