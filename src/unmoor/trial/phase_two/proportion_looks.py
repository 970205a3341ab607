"""Group sequential bounds as numbers of responses in one arm, with their exact error and power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.trial.dose_finding.checks import fraction
from unmoor.trial.phase_two.group_sequential import Bounds
from unmoor.trial.phase_two.looks import binomial_looks, check_looks

if TYPE_CHECKING:
    import pandas as pd


def proportion_looks(bounds: Bounds, looks: Sequence[int], null: float, alternative: float) -> pd.DataFrame:
    """A row a look: patients, critical z, responses that reject the null rate, and the exact chance to have stopped.

    At n patients the fewest responses x with (x - n null) / sqrt(n null (1 - null)) at or above the critical value;
    `by_null` and `by_alternative` are exact binomial chances of having crossed by then. Raises BadInput when the
    looks are not one a bound, do not increase, or a rate lies outside (0, 1).
    """
    import pandas as pd

    fraction("null", null, where="proportion looks")
    fraction("alternative", alternative, where="proportion looks")
    sizes = check_looks(looks)
    if len(sizes) != len(bounds.critical):
        text = f"{len(sizes)} looks for {len(bounds.critical)} bounds"
        raise BadInput(text, where="proportion looks", todo="give one number of patients a bound")
    spreads = [math.sqrt(n * null * (1 - null)) for n in sizes]
    pairs = zip(sizes, bounds.critical, spreads, strict=True)
    needed = [math.ceil(n * null + z * spread - 1e-9) for n, z, spread in pairs]
    never = [-1] * len(sizes)
    chances = [np.cumsum(binomial_looks(rate, sizes, never, needed)[1]) for rate in (null, alternative)]
    columns = ("patients", "critical", "responses", "by_null", "by_alternative")
    return pd.DataFrame(dict(zip(columns, (sizes, bounds.critical, needed, *chances), strict=True)))
