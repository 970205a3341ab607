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
    ordered = np.sort(values) * (0.06 if term == "anemia" else 1.0)  # nobody has 500 g/dL
    grades = ctcae_grade(version, term, ordered, lower_limit=4.0, upper_limit=30.0, baseline=20.0)
    steps = np.diff(grades)
    assert (steps <= 0).all() if ctcae_table()[key]["direction"] == "low" else (steps >= 0).all()


def test_version_6_counts_from_another_baseline():
    enzyme = "alanine aminotransferase increased"
    value = np.array([60.0, 130, 210, 820])
    assert ctcae_grade("v6", enzyme, value, upper_limit=40).tolist() == [1, 2, 3, 4]
    assert ctcae_grade("v6", enzyme, value, upper_limit=40, baseline=40).tolist() == [1, 2, 3, 4]
    values = [79, 80, 120, 121, 161, 320, 321]
    assert ctcae_grade("v6", enzyme, values, upper_limit=40, baseline=80).tolist() == [0, 1, 1, 2, 3, 3, 4]
    # version 6 compares creatinine with a baseline below normal only; 1 and 4 stay multiples of the upper limit
    limits = {"upper_limit": 1.2, "lower_limit": 0.6}
    values = [0.7, 0.8, 1.3, 1.6, 7.3]
    assert ctcae_grade("v6", "creatinine increased", values, baseline=0.5, **limits).tolist() == [0, 2, 2, 3, 4]
    assert ctcae_grade("v6", "creatinine increased", values, baseline=0.6, **limits).tolist() == [0, 0, 1, 1, 4]
    assert ctcae_grade("v6", "alkaline phosphatase increased", [119, 149, 151], upper_limit=120).tolist() == [0, 1, 1]
    above = ctcae_grade("v6", "alkaline phosphatase increased", [149, 150, 151], upper_limit=120, baseline=150)
    assert above.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("version", "term", "values", "grades"),
    [
        ("v6", "thrombocytopenia", [150, 149, 74, 49, 10, 9], [0, 1, 2, 3, 3, 4]),
        ("v5", "platelet count decreased", [150, 149, 74, 49, 10, 9], [0, 1, 2, 3, 4, 4]),
        ("v5", "hyperkalemia", [5.0, 5.1, 5.6, 6.1, 7.1], [0, 1, 2, 3, 4]),
        ("v6", "hypokalemia", [3.5, 3.4, 3.0, 2.9, 2.4], [0, 1, 1, 3, 4]),
        ("v6", "hyponatremia", [135, 130, 129, 124, 119], [0, 1, 2, 3, 4]),
        ("v5", "hypercalcemia", [2.6, 2.7, 3.0, 3.2, 3.5], [0, 1, 2, 3, 4]),
        ("v5", "hypermagnesemia", [1.0, 1.1, 1.24, 3.31], [0, 1, 3, 4]),
        ("v6", "hypertriglyceridemia", [1.70, 1.71, 3.43, 5.8, 11.5], [0, 1, 2, 3, 4]),
        ("v5", "GGT increased", [60, 61, 151, 301, 1201], [0, 1, 2, 3, 4]),
        ("v5", "lipase increased", [60, 61, 91, 301], [0, 1, 2, 3]),
        ("v5", "INR increased", [1.2, 1.3, 1.6, 2.6], [0, 1, 2, 3]),
        ("v6", "hyperglycemia", [5.6, 5.7, 9.0, 14, 28], [0, 1, 2, 3, 4]),
    ],
)
def test_laboratory_terms(version, term, values, grades):
    lower = {"thrombocytopenia": 150, "platelet count decreased": 150, "hypokalemia": 3.5, "hyponatremia": 135}
    upper = {"hyperkalemia": 5.0, "hypercalcemia": 2.6, "hypermagnesemia": 1.0, "hyperglycemia": 5.6}
    limits = {"lower_limit": lower.get(term, 1), "upper_limit": upper.get(term, 60)}
    assert ctcae_grade(version, term, values, **limits).tolist() == grades


def test_the_vectors_of_version_6_stand_in_the_table(ctcae_vectors):
    for term, grades in ctcae_vectors["ctcae_v6_haematology_thresholds"].items():
        row = ctcae_table()["v6", term.lower()]
        for k in (1, 2, 3, 4):
            bound = row[f"grade{k}"]
            assert not bound or f"<{bound}" in grades[f"grade_{k}"]
            assert bound or "<" not in grades[f"grade_{k}"]


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
        ctcae_grade("v6", "lymphocyte count decreased", 0.6, lower_limit=1)
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
        shown = [cell.strip().lstrip("<> =").removesuffix(" ULN") for cell in line.split("|")[4:8]]
        assert shown == [row[f"grade{k}"].lstrip(">=") for k in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("term", "value", "limit"),
    [("neutrophil count decreased", 900, 1.5), ("platelet count decreased", 90_000, 150), ("anemia", 75, 12)],
)
def test_values_in_another_unit_are_not_free_of_toxicity(term, value, limit):
    with pytest.raises(BadInput, match="look at the unit"):
        ctcae_grade("v5", term, value, lower_limit=limit)
