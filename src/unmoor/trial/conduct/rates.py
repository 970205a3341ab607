"""How many in what time, in words: `2 per month`, `5% per month`."""

from __future__ import annotations

import re

from unmoor.base.errors import BadInput
from unmoor.trial.moments import duration, quantity

_PER = re.compile(r"(?P<amount>[^\s%]+\s*%?)(?:\s+patients?)?\s+per\s+(?P<time>\S.*)", re.IGNORECASE)


def enrolment_rate(text: str, *, where: str = "") -> tuple[float, float]:
    """How many patients come in how many hours, of `2 per month` or `3 patients per 6 weeks`.

    Raises BadInput for a text that says no such thing, nobody, or a unit that is no time.
    """
    found = _PER.fullmatch(text.strip())
    if not found or not re.fullmatch(r"\d+(\.\d+)?", found["amount"]) or not float(found["amount"]) > 0:
        raise BadInput(f"cannot read enrolment '{text}'", where=where, todo="write it like '2 per month'")
    return float(found["amount"]), _hours(found["time"], where)


def leaving_rate(text: str, *, where: str = "") -> tuple[float, float]:
    """Which share of the patients leaves in how many hours, of `5% per month`.

    Raises BadInput for a text that says no such thing, a share outside [0, 1), or a unit that is no time.
    """
    found = _PER.fullmatch(text.strip())
    if not found:
        raise BadInput(f"cannot read dropout '{text}'", where=where, todo="write it like '5% per month'")
    return share(found["amount"], "dropout", where=where), _hours(found["time"], where)


def share(text: str | float, what: str, *, where: str = "") -> float:
    """A share such as `5%` or 0.05.

    Raises BadInput for what is no share, or one outside [0, 1).
    """
    value = quantity(text, "1", where=where)
    if not 0 <= value < 1:
        raise BadInput(f"{what} of {value:.0%}", where=where, todo="give a share from 0% to below 100%")
    return value


def _hours(time: str, where: str) -> float:
    return duration(time if time[0].isdigit() else f"1 {time}", where=where)
