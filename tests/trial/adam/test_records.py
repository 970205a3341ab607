import numpy as np
import pandas as pd

from unmoor.trial.adam.records import endpoints_of, joined, records


def test_endpoints_are_parted_by_kind(bag):
    assert [code for _, code in endpoints_of(bag, "proportion")] == ["REACHED5"]
    assert [endpoint.name for endpoint, _ in endpoints_of(bag, "incidence")] == ["by-session"]


def test_who_has_no_value_or_failed_has_no_record(bag, bag_result):
    values, frame = records(bag, bag_result, "drug", np.array([1.0, np.nan, 3, 4, 5, 6]))
    assert values.tolist() == [1, 3, 4, 5]  # the sixth could not be integrated
    assert frame["USUBJID"].tolist() == [f"bag.drug.{number}" for number in (100, 102, 103, 104)]


def test_frames_are_joined_with_the_columns_asked_for():
    assert list(joined([], ("A", "B")).columns) == ["A", "B"]
    found = joined([pd.DataFrame({"B": [1], "A": [2]}), pd.DataFrame({"A": [3]})], ("A", "B"))
    assert found["A"].tolist() == [2, 3]
    assert found["B"].isna().tolist() == [False, True]
