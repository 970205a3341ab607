"""One case computed and held against what was published: passed, refused by name, or wrong."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import UnmoorError
from unmoor.engine import Status, integrate
from unmoor.model import load_model
from unmoor.verification.case import Case, read_case
from unmoor.verification.features import features

PASSED, REFUSED, WRONG = "passed", "refused", "wrong"
# far below the suite's own tolerances, so that what is compared is the meaning of a model and not the step control
RTOL, ATOL = 1e-8, 1e-12


@dataclass(frozen=True)
class Finding:
    """What became of one case; `reason` says why it was refused or where it is wrong."""

    case: str
    verdict: str
    features: frozenset[str]
    reason: str = ""
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """Whether the model has events."""
        return "events" if "events" in self.features else "plain"


def check_case(folder: Path) -> Finding:
    """Compute the case in a folder and compare every published value: |x - e| <= absolute + relative |e|.

    Names in the reason of a refusal are left out, so that reasons can be counted. An error that is no refusal counts as
    wrong. Raises BadInput where the folder holds no case.
    """
    begin = time.perf_counter()
    case = read_case(folder)
    used = features(case.model.read_text(encoding="utf-8", errors="replace"))
    try:
        verdict, reason = _compare(case)
    except UnmoorError as problem:
        verdict, reason = REFUSED, re.sub(r"'[^']*'", "'...'", problem.what)
    except Exception as problem:  # whatever it is, it is counted
        verdict, reason = WRONG, f"{type(problem).__name__}: {problem}"
    return Finding(case.name, verdict, used, reason, time.perf_counter() - begin)


def _compare(case: Case) -> tuple[str, str]:
    kinds = {*case.amounts, *case.concentrations}
    found = integrate(
        load_model(case.model),
        times=case.times,
        outputs=[name for name in case.names if name not in kinds],
        amounts=[name for name in case.names if name in case.amounts],
        concentrations=[name for name in case.names if name in case.concentrations],
        rtol=RTOL,
        atol=ATOL,
    )
    for name, expected in zip(case.names, case.expected.T, strict=True):
        values = np.asarray(found[name].values, dtype=float)
        same = agreeing(values, expected, case.absolute, case.relative)
        if not same.all():
            where = int(np.flatnonzero(~same)[0])
            code = int(found.coords["status_" if "status" in case.names else "status"])
            if code != Status.OK:
                return REFUSED, Status(code).sentence
            return WRONG, f"{name} at {case.times[where]:g}: {values[where]:.10g}, published {expected[where]:.10g}"
    return PASSED, ""


def agreeing(
    values: NDArray[np.float64], expected: NDArray[np.float64], absolute: float, relative: float
) -> NDArray[np.bool_]:
    """Where values agree with what is expected (any common shape); nan agrees with nan, an infinity with itself."""
    with np.errstate(invalid="ignore"):
        close = np.abs(values - expected) <= absolute + relative * np.abs(expected)
    close &= np.isfinite(expected)
    return close | (values == expected) | (np.isnan(values) & np.isnan(expected))
