import numpy as np
import pytest

from unmoor.trial import evaluate, load_study
from unmoor.trial.statistics.difference import risk_difference
from unmoor.trial.statistics.ratio import risk_ratio


@pytest.fixture(scope="module")
def table(dipersio, dipersio_result):
    return evaluate(dipersio, dipersio_result)


def test_differences_are_taken_within_patients(dipersio, dipersio_result, table):
    rows = table[table["endpoint"] == "reached-5-in-4"].set_index("arm")
    here, there = rows.loc["plerixafor"], rows.loc["placebo"]
    difference, ratio = rows.loc["plerixafor - placebo"], rows.loc["plerixafor / placebo"]
    assert difference["estimate"] == pytest.approx(here["estimate"] - there["estimate"])
    assert ratio["estimate"] == pytest.approx(here["estimate"] / there["estimate"])
    # the same patients in both arms know a difference better than two groups of that size would
    two_groups = risk_difference(round(here["estimate"] * 40), 40, round(there["estimate"] * 40), 40)
    assert difference["upper"] - difference["lower"] < two_groups.upper - two_groups.lower
    assert difference["n"] == 40


def test_published_comparisons_come_from_the_published_counts(table):
    rows = table[table["endpoint"] == "reached-5-in-4"].set_index("arm")
    ratio, difference = rows.loc["plerixafor / placebo"], rows.loc["plerixafor - placebo"]
    expected = risk_ratio(89, 150, 29, 148)
    assert (ratio["published"], ratio["published_lower"]) == pytest.approx((expected.value, expected.lower))
    assert difference["published"] == pytest.approx(89 / 150 - 29 / 148)
    assert (ratio["evidence"], ratio["published_n"], ratio["use"]) == ("PH3011 PH3012", 298, "predicted")
    assert ratio["source"] == "dipersio2009nhl"
    assert ratio["predicted_n"] == 298


def test_drawn_trials_compare_different_patients(table):
    """Both arms drawn independently: the predicted difference is far wider than the paired interval."""
    row = table[(table["endpoint"] == "reached-5-in-4") & (table["arm"] == "plerixafor - placebo")].iloc[0]
    assert row["predicted_lower"] < row["estimate"] < row["predicted_upper"]
    here, there = (
        table[(table["endpoint"] == "reached-5-in-4") & (table["arm"] == arm)].iloc[0]["estimate"]
        for arm in ("plerixafor", "placebo")
    )
    error = np.sqrt(here * (1 - here) / 150 + there * (1 - there) / 148)
    assert row["predicted_upper"] - row["predicted_lower"] == pytest.approx(2 * 1.645 * error, rel=0.1)


def test_a_mean_may_be_compared_and_has_no_ratio(write_study, some_people):
    from unmoor.trial import simulate

    more = "session: 2\n    statistic: mean\n    compare: placebo\npublished"
    study = load_study(write_study(("session: 2\npublished", more)))
    table = evaluate(study, simulate(study, some_people(study, [0.1, 0.2, 0.3])))
    rows = table[table["endpoint"] == "count-before"]
    assert rows["arm"].tolist() == ["drug", "placebo", "drug - placebo"]
    assert rows.iloc[2]["estimate"] == pytest.approx(0.0)
    assert np.isnan(rows.iloc[2]["published"])


def test_one_fitted_number_makes_the_comparison_a_fitted_one(write_study, some_people):
    from unmoor.trial import simulate

    fitted = ("events: 2, n: 20, evidence: none, source: dipersio2009nhl, use: predicted",) * 2
    study = load_study(write_study((fitted[0], fitted[1].replace("predicted", "calibration"))))
    rows = evaluate(study, simulate(study, some_people(study, [2.0, 0.1]))).query("endpoint == 'reached-5'")
    assert rows["use"].tolist() == ["predicted", "calibration", "calibration", "calibration"]
