"""Dose-limiting toxicity: which adverse events count, within which window, and who can be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput, unknown

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("patient", "term", "grade", "start", "end")


@dataclass(frozen=True)
class ToxicityRule:
    """Events that are dose limiting: of `grade` or above, lasting at least `days`; `terms` empty means any term.

    `but_not` takes terms out of a rule for any term, as when alopecia or laboratory findings do not count.
    Raises BadInput for a grade outside 1-5 or a negative number of days.
    """

    grade: int
    terms: tuple[str, ...] = ()
    days: float = 0.0
    but_not: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.grade not in (1, 2, 3, 4, 5) or not self.days >= 0:
            what = f"a rule with grade {self.grade} and {self.days:g} days"
            raise BadInput(what, where="dose-limiting toxicity", todo="grades are 1 to 5, days 0 or more")


@dataclass(frozen=True)
class DoseLimiting:
    """What counts as dose limiting: `rules`, any of which is enough, within `window` days of the first dose."""

    window: float
    rules: tuple[ToxicityRule, ...]

    def __post_init__(self) -> None:
        if not self.window > 0 or not self.rules:
            todo = "give a window in days and at least one ToxicityRule"
            raise BadInput("a window or rules that cannot be", where="dose-limiting toxicity", todo=todo)

    def counts(self, events: pd.DataFrame) -> np.ndarray:
        """Which adverse events are dose limiting, shape (event,).

        `events` has patient, term, grade, start and end, days from the first dose (end NaN where it goes on).
        Raises UnknownName for a missing column, BadInput for a grade outside 1-5 or an end before its start.
        """
        where = "dose-limiting toxicity"
        for column in COLUMNS:
            if column not in events:
                raise unknown("column", column, list(events.columns), where=where)
        grade, start = events["grade"].to_numpy(float), events["start"].to_numpy(float)
        end = events["end"].to_numpy(float)
        if not np.isin(grade, (1, 2, 3, 4, 5)).all() or np.any(end < start) or np.isnan(start).any():
            todo = "grades are 1 to 5; every event has a start, and no end before it"
            raise BadInput("adverse events that cannot be", where=where, todo=todo)
        lasting = np.where(np.isnan(end), np.inf, end - start)
        term = events["term"].to_numpy(str)
        found = np.zeros(len(events), dtype=bool)
        for rule in self.rules:
            named = np.isin(term, rule.terms) if rule.terms else ~np.isin(term, rule.but_not)
            found |= named & (grade >= rule.grade) & (lasting >= rule.days)
        return found & (start >= 0) & (start <= self.window)

    def outcomes(self, events: pd.DataFrame, followed: pd.Series) -> pd.DataFrame:
        """Per patient: `dlt` 1, 0, or NaN (left before the window closed, without one: to be replaced), and `day`.

        `followed` maps every patient to the days of treatment and observation. `day` is that of the first
        dose-limiting event, NaN without one. Raises BadInput for an event of a patient who is not in `followed`.
        """
        import pandas as pd

        strangers = sorted(set(events["patient"]) - set(followed.index))
        if strangers:
            what = f"adverse events of patient {strangers[0]}, who was not followed"
            raise BadInput(what, where="dose-limiting toxicity", todo="give the days of every patient")
        limiting = events[self.counts(events)]
        day = limiting.groupby("patient")["start"].min().reindex(followed.index)
        judged = np.where(followed.to_numpy(float) >= self.window, 0.0, np.nan)
        dlt = np.where(day.notna(), 1.0, judged)
        return pd.DataFrame({"dlt": dlt, "day": day.to_numpy(float)}, index=followed.index)
