from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.trial.criteria.ctcae import ctcae_grade, ctcae_table, ctcae_terms, febrile_neutropenia


def test_reference_vectors(ctcae_vectors):
    for vector in ctcae_vectors["vectors_v5"]:
        value = vector.get("value", vector.get("value_xULN"))
        limits = {"lower_limit": vector["lln"]} if "lln" in vector else {"upper_limit": 1.0}
        assert ctcae_grade("v5", vector["term"], value, **limits) == vector["grade"], vector


@pytest.mark.parametrize(
    ("count", "v5", "v6"), [(1.6, 1, 0), (1.5, 1, 0), (1.2, 2, 1), (0.7, 3, 2), (0.49, 4, 3), (0.1, 4, 3), (0.09, 4, 4)]
)
def test_the_version_decides(count, v5, v6):
    assert ctcae_grade("v5", "neutrophil count decreased", count, lower_limit=1.8) == v5
    assert ctcae_grade("v6", "neutrophil count decreased", count) == v6


def test_multiples_of_limit_and_baseline():
    enzyme = "alanine aminotransferase increased"
    value = np.array([60.0, 100, 130, 210, 820])
    assert ctcae_grade("v5", enzyme, value, upper_limit=40).tolist() == [1, 1, 2, 3, 4]
    assert ctcae_grade("v5", enzyme, value, upper_limit=40, baseline=30).tolist() == [1, 1, 2, 3, 4]
    # an abnormal baseline is what the multiples are of
    assert ctcae_grade("v5", enzyme, [99, 120, 250, 410, 1700], upper_limit=40, baseline=80).tolist() == [0, 1, 2, 3, 4]
    kidney = "creatinine increased"
    assert ctcae_grade("v5", kidney, [1.0, 1.3, 1.9, 3.7, 7.3], upper_limit=1.2).tolist() == [0, 1, 2, 3, 4]
    assert ctcae_grade("v5", kidney, [1.0, 1.9], upper_limit=1.2, baseline=0.6).tolist() == [2, 3]
    assert ctcae_grade("v5", "leukocytosis", [99, 101]).tolist() == [0, 3]


@given(st.sampled_from(sorted(ctcae_table())), st.lists(st.floats(0, 500), min_size=2, max_size=8))
def test_grades_follow_the_value(key, values):
    version, term = key
    ordered = np.sort(values)
    grades = ctcae_grade(version, term, ordered, lower_limit=4.0, upper_limit=30.0, baseline=20.0)
    steps = np.diff(grades)
    assert (steps <= 0).all() if ctcae_table()[key]["direction"] == "low" else (steps >= 0).all()


def test_febrile_neutropenia_and_missing_values():
    found = febrile_neutropenia("v5", [0.9, 0.9, 0.9, 1.0, np.nan], [38.4, 38.1, 38.1, 39, 39], [0, 0.5, 1.5, 3, 3])
    np.testing.assert_array_equal(found, [3, 0, 3, 0, np.nan])
    assert np.isnan(ctcae_grade("v6", "neutrophil count decreased", np.nan))


def test_impossible_input():
    with pytest.raises(UnknownName, match="v5"):
        ctcae_terms("5")
    with pytest.raises(UnknownName, match="anemia"):
        ctcae_grade("v5", "anaemia", 9.0, lower_limit=12)
    with pytest.raises(Unsupported, match="v6"):
        ctcae_grade("v6", "platelet count decreased", 60, lower_limit=150)
    with pytest.raises(BadInput, match="lower_limit"):
        ctcae_grade("v5", "anemia", 9.0)
    with pytest.raises(BadInput, match="above 0"):
        ctcae_grade("v5", "anemia", 9.0, lower_limit=0)
    with pytest.raises(BadInput, match="values"):
        ctcae_grade("v5", "anemia", -1.0, lower_limit=12)


def test_the_page_shows_the_table():
    page = (Path(__file__).parents[3] / "docs" / "criteria" / "ctcae.md").read_text()
    for (version, term), row in ctcae_table().items():
        (line,) = [one for one in page.splitlines() if one.startswith(f"| {version} | {term} |")]
        shown = [cell.strip().lstrip("<> ").removesuffix(" ULN") for cell in line.split("|")[4:8]]
        assert shown == [row[f"grade{k}"] for k in (1, 2, 3, 4)]
