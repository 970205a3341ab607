import pyreadstat


def test_the_data_of_a_run_as_adam(unmoor, done, tmp_path):
    data = done[1] / "data"
    written = unmoor("adam", "dipersio-2009-nhl", data, "--to", tmp_path / "adam")
    assert written.exit_code == 0, written.stderr
    subjects, _ = pyreadstat.read_xport(str(tmp_path / "adam" / "adsl.xpt"))
    assert len(subjects) == 60
    whole = unmoor("adam", "dipersio-2009-nhl", data, "--to", tmp_path / "c", "--trial", 3)
    assert whole.exit_code == 2
    assert "has no dose levels" in whole.stderr
    refused = unmoor("adam", "dipersio-2009-nhl", data, "--to", tmp_path / "b", "--toxicity", "v4")
    assert refused.exit_code == 2
