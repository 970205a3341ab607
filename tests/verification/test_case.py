"""Cases as the suite writes them, and folders that are none."""

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.verification.case import case_folders, read_case


def test_a_case_is_read(write):
    case = read_case(write("00001", concentration="k, V"))
    assert (case.name, case.names, case.amounts, case.concentrations) == ("00001", ("S", "V", "k"), ("S",), ("k", "V"))
    assert (case.absolute, case.relative) == (1e-6, 1e-6)
    np.testing.assert_array_equal(case.times, [0, 1, 2])
    assert case.expected.shape == (3, 3)
    np.testing.assert_array_equal(case.expected[:, 1], 4.0)


@pytest.mark.parametrize(
    ("file", "text"),
    [("settings.txt", "start: 0\n"), ("results.csv", "time,S\n0,eight\n"), ("results.csv", ""), ("settings.txt", None)],
)
def test_what_is_no_case_is_refused(write, file, text):
    folder = write("00001")
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text)
    with pytest.raises(BadInput, match=r"00001: this is no case of the suite"):
        read_case(folder)


def test_folders_are_sorted_and_one_is_needed(write, tmp_path):
    folders = [write(name) for name in ("00003", "00001", "00002")]
    assert case_folders(tmp_path / "suite") == sorted(folders)
    for nothing in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BadInput, match="there are no cases"):
            case_folders(nothing)
