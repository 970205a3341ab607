import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.irecist import irecist_course


def test_reference_vectors(recist_vectors):
    for vector in recist_vectors["irecist_sequences"]:
        words = [word.split("+")[0].split(" ")[0] for word in vector["sequence"]]
        growth = ["+" in word for word in vector["sequence"]]
        assert list(irecist_course("2017", words, further_growth=growth)) == vector["irecist"]


def test_patients_side_by_side_confirmation_stays_and_needs_four_weeks():
    words = [["SD", "PD", "PD", "PR"], ["PD", "NE", "PD", "PD"], ["PD", "SD", "PD", "PD"]]
    growth = [[False, False, True, False], [False, False, True, True], [False, False, False, True]]
    found = irecist_course("2017", words, further_growth=growth)
    assert [list(row) for row in found] == [
        ["iSD", "iUPD", "iCPD", "iCPD"], ["iUPD", "NE", "iCPD", "iCPD"], ["iUPD", "iSD", "iUPD", "iCPD"]
    ]  # fmt: skip
    early = irecist_course("2017", words, further_growth=growth, weeks=[0, 8, 10, 13])
    assert list(early[0]) == ["iSD", "iUPD", "iUPD", "iPR"]


def test_impossible_input():
    with pytest.raises(UnknownName, match="2017"):
        irecist_course("2019", ["PD"])
    with pytest.raises(UnknownName, match="response"):
        irecist_course("2017", ["PD", "pd"])
    with pytest.raises(BadInput, match="weeks"):
        irecist_course("2017", ["PD", "PD"], weeks=np.array([6.0, 6.0]))
