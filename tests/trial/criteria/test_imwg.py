import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.imwg import RESPONSES, imwg_response

NAMES = {
    "base_serum": "baseline_serum", "base_urine": "baseline_urine", "base_dflc": "baseline_dflc",
    "bm_pc": "marrow_plasma_cells", "clonal": "clonal_cells",
}  # fmt: skip


def test_reference_vectors(imwg_vectors):
    for vector in imwg_vectors:
        given_ = {NAMES.get(name, name): value for name, value in vector["input"].items()}
        fixation = given_.pop("ife", "pos")
        given_ = {"serum": 0.0, **given_, "immunofixation_negative": fixation == "neg"}
        found, expected = imwg_response("IMWG2016", **given_).item(), vector["expected"]
        if expected.startswith("not PD"):
            assert found != "PD", vector["case"]
        else:
            assert found == expected.split(" (")[0], vector["case"]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"baseline_serum": 0.5, "serum": 0.2}, "NE"),  # nothing measurable
        ({"baseline_serum": 0.5, "serum": 0.2, "new_lesion": True}, "PD"),
        ({"baseline_serum": 3, "serum": np.nan}, "NE"),
        # both measurable: the lesser of the two decides
        ({"baseline_serum": 3, "serum": 0.2, "baseline_urine": 2000, "urine": 900}, "MR"),
        ({"baseline_serum": 3, "serum": 0.2, "baseline_urine": 2000, "urine": 1500}, "SD"),
        ({"baseline_serum": 3, "serum": 0.0, "immunofixation_negative": True}, "VGPR"),  # no marrow, no CR
        ({"baseline_serum": 3, "serum": 3.9}, "PD"),  # the nadir is the baseline
        ({"baseline_serum": 0, "serum": 0, "baseline_dflc": 50, "dflc": 30}, "SD"),  # no MR by light chains
    ],
)
def test_conventions(given_, expected):
    assert imwg_response("IMWG2016", **given_).item() == expected


@given(st.floats(1, 10), st.lists(st.floats(0, 12), min_size=2, max_size=6))
def test_less_protein_is_never_a_worse_response(baseline, serum):
    found = imwg_response("IMWG2016", baseline_serum=baseline, serum=np.sort(serum))
    place = [RESPONSES["IMWG2016"].index(word) for word in found]
    assert place == sorted(place)


@pytest.mark.parametrize(
    ("version", "given_", "error"),
    [
        ("IMWG2025", {"baseline_serum": 3, "serum": 1}, UnknownName),
        ("IMWG2016", {"baseline_serum": -3, "serum": 1}, BadInput),
        ("IMWG2016", {"baseline_serum": 3, "serum": 1, "marrow_plasma_cells": 101}, BadInput),
    ],
)
def test_impossible_input(version, given_, error):
    with pytest.raises(error, match="myeloma"):
        imwg_response(version, **given_)


def test_readings_that_do_not_fit_each_other():
    with pytest.raises(BadInput, match=r"readings of shapes \(2,\), \(3,\)"):
        imwg_response("IMWG2016", baseline_serum=3.0, serum=[1.0, 2.0], marrow_plasma_cells=[1, 2, 3])
