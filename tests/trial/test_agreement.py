import numpy as np
import pandas as pd
import pytest

from unmoor.trial.agreement import agreement


def table(folds, inside, use):
    frame = pd.DataFrame({"study": ["a", "b", "b"], "use": use, "fold": folds, "inside": inside, "wide_inside": inside})
    return frame.astype({"inside": "boolean", "wide_inside": "boolean"})


def test_by_hand():
    """Folds of 2 and 1/2 miss by two each way: mean fold error 2, no bias."""
    found = agreement(table([2.0, 0.5, np.nan], [True, False, None], ["predicted"] * 3)).set_index("use")
    row = found.loc["predicted"]
    assert (row["values"], row["with_interval"], row["inside"], row["studies"]) == (2, 2, 1, 2)
    assert row["mean_fold_error"] == pytest.approx(2.0)
    assert row["bias"] == pytest.approx(1.0)
    assert row["wide_inside"] == 1
    assert (row["share"], row["within_twofold"]) == (0.5, 1.0)
    assert row["share_lower"] < 0.05
    assert found.loc["all", "mean_fold_error"] == pytest.approx(2.0)


def test_uses_are_told_apart_and_nothing_is_no_number():
    found = agreement(table([1.0, 4.0, 1.0], [True, True, False], ["calibration", "predicted", "predicted"]))
    by = found.set_index("use")
    assert by.loc["calibration", "mean_fold_error"] == pytest.approx(1.0)
    assert by.loc["predicted", "mean_fold_error"] == pytest.approx(2.0)
    only = agreement(table([1.0] * 3, [True] * 3, ["predicted"] * 3)).set_index("use")
    assert np.isnan(only.loc["calibration", "mean_fold_error"])
    assert np.isnan(only.loc["calibration", "share"])
