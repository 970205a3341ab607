from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from unmoor.base.errors import BadInput
from unmoor.trial import evaluate
from unmoor.trial.row import Row
from unmoor.trial.statistics.median import median
from unmoor.trial.statistics.median_time import median_time
from unmoor.trial.statistics.proportion import wilson


@pytest.fixture(scope="module")
def table(bag, bag_result):
    return evaluate(bag, bag_result)


def only(table, endpoint, arm, session=None):
    rows = table[(table["endpoint"] == endpoint) & (table["arm"] == arm)]
    rows = rows if session is None else rows[rows["session"] == session]
    assert len(rows) == 1
    return rows.iloc[0]


def test_one_row_for_each_endpoint_arm_and_session(table):
    assert list(table.columns) == Row.columns()
    found = table.groupby("endpoint", sort=False).size().to_dict()
    assert found == {"reached-5": 4, "by-session": 8, "count-before": 2}
    assert table["session"].dtype == "Int64"


def test_four_of_five_reached_the_target_and_one_failed(table):
    row = only(table, "reached-5", "drug")
    expected = wilson(4, 5)
    assert (row["estimate"], row["lower"], row["upper"]) == (expected.value, expected.lower, expected.upper)
    assert (row["n"], row["n_failed"]) == (5, 1)
    assert "Wilson" in row["statistic"]


def test_the_target_is_reached_session_by_session(table):
    values = [only(table, "by-session", "drug", session)["estimate"] for session in (1, 2, 3, 4)]
    assert values == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert only(table, "by-session", "drug", 2)["label"] == "Reached five by session 2"


def test_a_median_with_its_interval(dipersio, dipersio_result):
    table = evaluate(dipersio, dipersio_result)
    row = only(table, "pre-count", "plerixafor")
    expected = median(dipersio_result.sessions["pre_count"].sel(arm="plerixafor").values[:, 0])
    assert (row["estimate"], row["lower"], row["upper"]) == (expected.value, expected.lower, expected.upper)
    assert row["unit"] == "cells/uL"
    assert only(table, "sessions", "placebo")["statistic"].startswith("mean")


def test_published_values_stand_beside_the_simulated(table):
    row = only(table, "reached-5", "drug")
    assert (row["published"], row["published_n"], row["use"]) == (0.5, 30, "predicted")
    assert (row["predicted_n"], row["source"], row["evidence"]) == (30, "dipersio2009nhl", "none")
    assert row["verdict"] == "published is lower"
    session = only(table, "by-session", "drug", 2)
    assert (session["published"], session["use"], session["verdict"]) == (0.4, "calibration", "inside")
    assert np.isnan(only(table, "by-session", "drug", 1)["published"])
    assert only(table, "count-before", "drug")["verdict"] == ""


def test_the_table_is_the_same_every_time(bag, bag_result, table):
    pd.testing.assert_frame_equal(evaluate(bag, bag_result), table)


def test_every_number_of_the_library_study_is_there(dipersio, dipersio_result):
    table = evaluate(dipersio, dipersio_result)
    assert set(table["endpoint"]) == {endpoint.name for endpoint in dipersio.endpoints}
    assert table["estimate"].notna().all()
    assert table["predicted_lower"].notna().all()
    assert (table["predicted_lower"] <= table["predicted_upper"]).all()
    published = table[table["published"].notna()]
    assert set(published["verdict"]) <= {"inside", "published is higher", "published is lower"}
    evidence = set(" ".join(published["evidence"]).split())
    assert evidence == {"PH3011", "PH3012", "PH3015", "PH3016", "PPD032", "PPD033"}
    assert (published["source"] != "").all()
    assert "sampling of patients only" in table.attrs["prediction"]


def test_a_result_where_everyone_failed_has_no_numbers_and_counts_them(bag, some_people):
    from unmoor.trial import simulate

    table = evaluate(bag, simulate(bag, some_people(bag, [1.0, 1.0], breaking=[0.02, 0.03])))
    assert table["estimate"].isna().all()
    assert (table["n_failed"] == 2).all()
    assert (table["n"] == 0).all()


def test_a_result_of_another_study_is_refused(bag, bag_result, dipersio):
    with pytest.raises(BadInput, match="has arms"):
        evaluate(dipersio, bag_result)
    with pytest.raises(BadInput, match="no curves of count"):
        evaluate(bag, replace(bag_result, curves=bag_result.curves.drop_vars("count")))
    old = replace(bag_result, provenance={**bag_result.provenance, "complete": False})
    assert evaluate(bag, old).attrs["complete"] is False


def test_times_and_associations_have_rows(remission, remission_result):
    table = evaluate(remission, remission_result)
    assert table["endpoint"].tolist() == ["response", "duration", "progression-free", "speed", "speed"]
    times = remission.measure(remission.endpoint("duration")).values(remission_result, "treated")
    row = only(table, "duration", "treated")
    expected = median_time(times)
    assert (row["estimate"], row["lower"], row["upper"]) == (expected.value, expected.lower, expected.upper)
    assert (row["n"], row["n_failed"], row["unit"]) == (3, 1, "months")
    assert (row["published"], row["predicted_n"]) == (5.3, 28)
    assert row["predicted_lower"] <= row["estimate"]
    rho, negative = (row for _, row in table[table["endpoint"] == "speed"].iterrows())
    pairs = remission.measure(remission.endpoint("speed")).values(remission_result, "treated")
    assert rho["estimate"] == pytest.approx(spearmanr(*pairs[:5].T).statistic)
    assert np.isnan(rho["published"])
    assert negative["label"] == "Growth and blasts: negative with P <= 0.01"
    assert (negative["published"], negative["published_n"], negative["n"]) == (1.0, 28, 5)
    assert negative["verdict"] == "published is higher", "faster growth comes with more blasts here"
