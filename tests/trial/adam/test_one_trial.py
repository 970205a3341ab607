from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.adam import adam_data, write_adam
from unmoor.trial.adam.one_trial import as_entered, entries, only
from unmoor.trial.escalation import escalate


def test_the_subjects_of_a_trial_are_its_patients_in_order_of_entry(oncology, oncology_result, tmp_path) -> None:
    path = escalate(oncology, oncology_result).path(7)
    data = adam_data(oncology, oncology_result, toxicity="v5", trial=7)
    subjects = data.tables["ADSL"]
    assert subjects["SUBJID"].tolist() == [str(k + 1) for k in range(len(path))]
    assert subjects["USUBJID"].is_unique
    assert subjects["ARM"].tolist() == [oncology.arm(name).title for name in path["arm"]]
    np.testing.assert_array_equal(subjects["ENTRYRTM"], path["entry"])
    np.testing.assert_array_equal(subjects["DLTRLTM"], path["dlt_time"])
    assert (subjects["DLTFL"] == "Y").tolist() == path["dlt"].tolist()
    assert (subjects["EXPANFL"] == "Y").tolist() == path["expansion"].tolist()
    assert data.label("DLTFL") == "Dose-Limiting Toxicity Flag"
    write_adam(data, tmp_path)
    read, about = pyreadstat.read_xport(str(tmp_path / "adsl.xpt"))
    assert read["USUBJID"].tolist() == subjects["USUBJID"].tolist()
    np.testing.assert_allclose(read["ENTRYRTM"], path["entry"])
    assert about.column_names_to_labels["DLTFL"] == "Dose-Limiting Toxicity Flag"


def test_records_are_those_of_the_same_virtual_patients(oncology, oncology_result) -> None:
    who = entries(oncology, oncology_result, 7)
    whole = adam_data(oncology, oncology_result, toxicity="v5").tables
    one = adam_data(oncology, oncology_result, toxicity="v5", trial=7).tables
    for name, table in one.items():
        assert set(table["USUBJID"]) <= set(who["USUBJID"]), name
        for row in who.itertuples():
            mine = table[table["USUBJID"] == row.USUBJID].reset_index(drop=True)
            theirs = whole[name][whole[name]["USUBJID"] == row.virtual].reset_index(drop=True)
            same = [column for column in whole[name] if column not in ("USUBJID", "SUBJID")]
            pd.testing.assert_frame_equal(mine[same], theirs[same], check_dtype=False)
    assert len(one["ADLB"]) > 0


def test_who_is_drawn_twice_is_two_subjects() -> None:
    table = pd.DataFrame({"USUBJID": ["s.low.1", "s.low.1", "s.low.2"], "AVAL": [1.0, 2.0, 3.0]})
    who = pd.DataFrame({"virtual": ["s.low.2", "s.low.1", "s.low.1"], "USUBJID": ["a", "b", "c"]})
    found = as_entered(table, who)
    assert list(found.columns) == ["USUBJID", "AVAL"]
    assert found.to_numpy().tolist() == [["a", 3.0], ["b", 1.0], ["b", 2.0], ["c", 1.0], ["c", 2.0]]


def test_some_patients_of_a_result(oncology_result) -> None:
    some = only(oncology_result, np.array([5, 2, 5]))
    assert (some.n, some.patients.index.tolist()) == (2, oncology_result.patients.index[[2, 5]].tolist())
    np.testing.assert_array_equal(some.status, oncology_result.status.isel(patient=[2, 5]))


def test_trials_that_do_not_exist(oncology, oncology_result, bag, bag_result) -> None:
    with pytest.raises(BadInput, match="trials are 0 to 999"):
        adam_data(oncology, oncology_result, toxicity="v5", trial=1000)
    with pytest.raises(BadInput, match="no dose levels"):
        adam_data(bag, bag_result, toxicity="v5", trial=0)
