"""Decision tables: one row an outcome, and the same as a grid of letters that can be printed and pinned to a wall.

A table is held as its columns, name -> values, and read as such or as a data frame: who only prints it does not wait
for pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.trial.dose_finding.history import cohort_text
from unmoor.trial.dose_finding.trials import Trials

if TYPE_CHECKING:
    import pandas as pd

    from unmoor.trial.dose_finding.design import Design

Columns = Mapping[str, Sequence[Any]]
COLUMNS = ["history", "level", "n", "dlt", "pending", "decision", "next"]
BOUNDARIES = ["n", "escalate_if_at_most", "deescalate_if_at_least", "eliminate_if_at_least"]
LETTERS = {"escalate": "E", "stay": "S", "de-escalate": "D", "eliminate": "X", "wait": "W", "stop": "."}


def by_count(design: Design, sizes: Sequence[int] = ()) -> Columns:
    """Decisions that depend on the counts at the current level alone, for `sizes` patients (1 to the trial's n - 1).

    Columns: history (the outcomes, as `design.next` reads them), level, n, dlt, decision, next. The level is the
    second, whose neighbours are both open; with a single level it is that one. "eliminate" never returns to the level.
    """
    decided = _decided(design, [(n, dlt, 0) for n in sizes or range(1, design.n) for dlt in range(n + 1)])
    return {name: values for name, values in decided.items() if name != "pending"}


def by_pending(design: Design, sizes: Sequence[int]) -> Columns:
    """As `by_count`, with a column pending: patients of whose DLT window nothing has passed."""
    return _decided(design, [(n, y, c) for n in sizes for y in range(n + 1) for c in range(n - y + 1)])


def _decided(design: Design, wanted: Sequence[tuple[int, int, int]]) -> Columns:
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
    columns = (texts, *(each.tolist() for each in (current, n, dlt, pending, words, following)))
    return dict(zip(COLUMNS, columns, strict=True))


def boundaries(table: Columns | pd.DataFrame) -> pd.DataFrame:
    """For each number of patients: escalate with at most so many DLTs, de-escalate and eliminate with at least.

    Missing where no number of DLTs leads there. The table is one with columns n, dlt and decision.
    """
    import pandas as pd

    return pd.DataFrame(boundary_columns(table)).astype("Int64")


def boundary_columns(table: Columns | pd.DataFrame) -> Columns:
    """The columns of `boundaries`, None where no number of DLTs leads there."""
    found: dict[str, list[int | None]] = {name: [] for name in BOUNDARIES}
    dlt_at: dict[int, dict[str, list[int]]] = {}
    for n, dlt, word in zip(table["n"], table["dlt"], table["decision"], strict=True):
        dlt_at.setdefault(int(n), {}).setdefault(word, []).append(int(dlt))
    for n, by_word in dlt_at.items():
        up, down, out = (by_word.get(word, []) for word in ("escalate", "de-escalate", "eliminate"))
        edges = (max(up, default=None), min([*down, *out], default=None), min(out, default=None))
        for name, value in zip(BOUNDARIES, (n, *edges), strict=True):
            found[name].append(value)
    return found


def letters(table: Columns | pd.DataFrame) -> str:
    """The table as text: a column for each number of patients, a row for each number of DLTs, a letter each.

    E escalate, S stay, D de-escalate, X de-escalate and never return, W wait, . stop.
    """
    found = letters_by_count(table)
    sizes, counts = (sorted({key[i] for key in found}) for i in range(2))
    head = "DLT \\ n " + " ".join(f"{n:>2}" for n in sizes)
    lines = [f"{dlt:>7} " + " ".join(f"{found.get((n, dlt), ''):>2}" for n in sizes) for dlt in counts]
    return "\n".join([head, *(line.rstrip() for line in lines)])


def letters_by_count(table: Columns | pd.DataFrame) -> dict[tuple[int, int], str]:
    """The letter of each (patients, DLTs), as `letters` prints them."""
    rows = zip(table["n"], table["dlt"], table["decision"], strict=True)
    return {(int(n), int(dlt)): LETTERS[word] for n, dlt, word in rows}
