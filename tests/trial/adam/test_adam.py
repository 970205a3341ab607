import numpy as np
import pandas as pd
import pyreadstat
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.adam import DATASETS, adam_data, write_adam


@pytest.fixture(scope="module", params=["bag", "oncology"])
def data(request):
    study, result = (request.getfixturevalue(name) for name in (request.param, f"{request.param}_result"))
    return adam_data(study, result, toxicity="v5")


def test_every_data_set_is_read_back_as_it_was_written(data, tmp_path):
    written = write_adam(data, tmp_path / "adam")
    assert {path.name for path in written} == {f"{n.lower()}{s}" for n in DATASETS for s in (".parquet", ".xpt")}
    for name, table in data.tables.items():
        whole = pd.read_parquet(tmp_path / "adam" / f"{name.lower()}.parquet")
        pd.testing.assert_frame_equal(whole, table, check_dtype=False)
        if not len(table):
            continue
        transport, about = pyreadstat.read_xport(str(tmp_path / "adam" / f"{name.lower()}.xpt"))
        assert list(transport.columns) == list(table.columns)
        assert about.column_labels == [data.label(column) for column in table.columns]
        assert (about.table_name, about.file_label) == (name, DATASETS[name])
        for column in table:
            if table[column].dtype.kind in "fiub":
                np.testing.assert_allclose(transport[column], table[column].astype(float), rtol=1e-14)
            else:
                assert transport[column].fillna("").tolist() == table[column].tolist()


def test_responses_times_and_events_of_an_oncology_trial_are_read_back(oncology, oncology_result, tmp_path):
    write_adam(adam_data(oncology, oncology_result, toxicity="v5"), tmp_path / "adam")
    responses, _ = pyreadstat.read_xport(str(tmp_path / "adam" / "adrs.xpt"))
    durations, _ = pyreadstat.read_xport(str(tmp_path / "adam" / "adtte.xpt"))
    events, _ = pyreadstat.read_xport(str(tmp_path / "adam" / "adae.xpt"))
    best = responses[responses["PARAMCD"] == "BORIWG"].set_index("USUBJID")["AVALC"]
    assert len(best) == len(oncology.arms) * oncology_result.n
    # who has a duration is who responded, by the best response
    counted = set(oncology.response("iwg").criterion.counted)
    assert set(durations["USUBJID"]) == {subject for subject, word in best.items() if word in counted}
    assert set(durations["CNSR"]) == {0.0, 1.0}
    assert set(events["ATOXGR"]) == {"1", "3"}
    assert (events["ASTDY"] <= 8).all()  # a rash follows one of the two doses


def test_what_transport_files_ask_for(data):
    for name, table in data.tables.items():
        assert len(name) <= 8
        for column in table:
            assert len(column) <= 8
            assert 0 < len(data.label(column)) <= 40, column
            if table[column].dtype.kind not in "fiub":
                assert table[column].astype(str).str.len().max() <= 200 or not len(table)


def test_a_second_writing_replaces_and_other_files_are_safe(data, tmp_path):
    write_adam(data, tmp_path)
    write_adam(data, tmp_path)
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadInput, match="other files"):
        write_adam(data, tmp_path)


def test_a_version_of_ctcae_that_does_not_exist(bag, bag_result):
    with pytest.raises(UnknownName, match="v5"):
        adam_data(bag, bag_result, toxicity="5.0")


def test_versions_are_named_as_study_files_name_them(bag, bag_result):
    one, other = (adam_data(bag, bag_result, toxicity=name).tables["ADLB"] for name in ("v5", "CTCAE5"))
    pd.testing.assert_frame_equal(one, other)


def test_a_result_of_another_study_is_refused(oncology, bag_result):
    with pytest.raises(BadInput, match="not those of study"):
        adam_data(oncology, bag_result, toxicity="v5")
