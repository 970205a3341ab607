import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.criteria.recist import recist_overall, recist_target


def test_reference_vectors(recist_vectors):
    for vector in recist_vectors["target_sum_vectors_mm"]:
        target = recist_target("1.1", baseline=vector["base"], nadir=vector["nadir"], now=vector["now"])
        found = recist_overall("1.1", target=target, new_lesion=vector.get("new_lesion", False)).item()
        assert found == vector["e"].split(" (")[0], vector


def test_arrays_nodes_and_missing_sums():
    found = recist_target(
        "1.1", baseline=100, nadir=[100, 40, 100], now=[18, 60, np.nan], nodes_normal=[True, False, False]
    )
    assert list(found) == ["CR", "PD", "NE"]


@pytest.mark.parametrize(
    ("target", "non_target", "new", "overall"),
    [  # Eisenhauer 2009, table 1
        ("CR", "CR", False, "CR"),
        ("CR", "non-CR/non-PD", False, "PR"),
        ("CR", "NE", False, "PR"),
        ("PR", "NE", False, "PR"),
        ("SD", "non-CR/non-PD", False, "SD"),
        ("NE", "non-CR/non-PD", False, "NE"),
        ("PD", "CR", False, "PD"),
        ("SD", "PD", False, "PD"),
        ("CR", "CR", True, "PD"),
        ("NE", "CR", True, "PD"),
    ],
)
def test_overall_response(target, non_target, new, overall):
    assert recist_overall("1.1", target=target, non_target=non_target, new_lesion=new) == overall


def test_impossible_input():
    with pytest.raises(UnknownName, match=r"1\.1"):
        recist_target("1.0", baseline=100, nadir=100, now=50)
    with pytest.raises(BadInput, match="nadir above"):
        recist_target("1.1", baseline=50, nadir=60, now=50)
    with pytest.raises(BadInput, match="0 mm"):
        recist_target("1.1", baseline=0, nadir=0, now=0)
    with pytest.raises(UnknownName, match="non-CR"):
        recist_overall("1.1", target="CR", non_target="non-CR")
