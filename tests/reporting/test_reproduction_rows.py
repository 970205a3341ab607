from __future__ import annotations

import numpy as np
import pandas as pd

from unmoor.reporting import reproduction_rows
from unmoor.trial.reproduction import COLUMNS


def row(**other: object) -> dict[str, object]:
    """A row as `reproduce` gives it."""
    usual = dict.fromkeys(COLUMNS, "") | {
        "study": "s", "label": "CD34+ in 10^6 cells/kg", "arm": "a", "session": pd.NA, "statistic": "mean",
        "unit": "cells/uL", "published": 20.7, "published_lower": np.nan, "published_upper": np.nan, "n": 10,
        "simulated": 15.0, "lower": 10.0, "upper": 19.0, "use": "predicted", "inside": False, "fold": 15 / 20.7,
        "wide_lower": 8.0, "wide_upper": 25.0, "wide_inside": True, "recalled": True,
    }  # fmt: skip
    return usual | other


def test_a_number_has_its_unit_and_a_share_is_in_percent() -> None:
    half = {"published": 0.593, "simulated": 0.5, "lower": 0.4, "upper": 0.6, "inside": True}
    nothing = {"n": pd.NA, "lower": np.nan, "upper": np.nan, "inside": None}
    table = [row(), row(statistic="proportion", unit="1", **half), row(statistic="standard deviation", **nothing)]
    mean, share, unknown = reproduction_rows(pd.DataFrame(table))
    assert (mean.text("published"), mean.span, mean.verdict) == ("20.7 cells/µL", "10.0 to 19.0", "above")
    assert (mean.wide_span, mean.wide_inside) == ("8.00 to 25.0", True)
    assert mean.what == f"{mean.label}, mean"
    assert (share.text("published"), share.span, share.verdict) == ("59.3%", "40.0 to 60.0", "inside")
    assert share.what == share.label
    assert (unknown.n, unknown.span, unknown.verdict, unknown.inside) == ("", "–", "–", None)
    assert (mean.recalled, mean.use) == (True, "predicted")


def test_millions_are_told_as_such() -> None:
    (found,) = reproduction_rows(pd.DataFrame([row(unit="cells/h", published=2.23e8, simulated=1e8)]))
    assert (found.text("published"), found.text("simulated")) == ("223 × 10⁶ cells/h", "100 × 10⁶ cells/h")


def test_a_value_below_its_interval_is_told() -> None:
    (found,) = reproduction_rows(pd.DataFrame([row(published=1.0)]))
    assert found.verdict == "below"
