"""The steps that an integration tried, as coordinates of its Dataset: when, how long, how far off, taken or refused."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.engine import task as at
from unmoor.engine.ensemble import Floats, Ints

#: bytes that noted steps may take; an integration is looked into for some patients, not for a population
MOST = 1_000_000_000


def room(steps: Ints) -> int:
    """How many steps a patient to note, so that all are noted, when `steps` (patient, 2) were tried and rejected.

    Raises BadInput where they would take more than MOST bytes.
    """
    longest = max(int(steps[:, 0].max(initial=0)), 1)
    if len(steps) * longest * at.TRACE_COLUMNS * 8 > MOST:
        what = f"{len(steps)} patients with up to {longest} steps are more than debug can hold"
        raise BadInput(what, todo="give the parameters or events of fewer patients")
    return longest


def coordinates(trace: Floats, axis: str, taken_names: Collection[str]) -> dict[str, Any]:
    """Coordinates step_time (h), step_size (h), step_error and step_accepted over (`axis`, step).

    `step_error` is the root mean square over the states of the error's estimate, each as a share of its tolerance
    atol + rtol |state|: at most 1 in a step that was taken. Names in `taken_names` get an underscore.
    """
    names = {name: f"{name}_" if name in taken_names else name for name in _MEANING}
    columns = {
        "step_time": trace[:, :, at.BEGUN],
        "step_size": trace[:, :, at.LENGTH],
        "step_error": np.sqrt(trace[:, :, at.SHARE]),
        "step_accepted": trace[:, :, at.TAKEN] == 1.0,
    }
    axes = (axis, "step_" if "step" in taken_names else "step")
    return {names[name]: (axes, values, _MEANING[name]) for name, values in columns.items()}


_MEANING = {
    "step_time": {"units": "h", "long_name": "beginning of a step that was tried"},
    "step_size": {"units": "h", "long_name": "its length"},
    "step_error": {"units": "1", "long_name": "estimated error as a share of the tolerance"},
    "step_accepted": {"long_name": "whether the step was taken"},
}
