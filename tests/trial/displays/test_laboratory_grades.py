import numpy as np

from unmoor.trial.criteria import ctcae_grade
from unmoor.trial.displays.laboratory_grades import laboratory_grades


def test_every_grade_of_a_term_that_an_endpoint_asks_for(oncology, oncology_result):
    found = {row.arm: row for row in laboratory_grades(oncology, oncology_result)}
    assert list(found) == ["low", "middle", "high", "once"]
    row = found["low"]
    assert row.term == "neutrophil count decreased (CTCAE5)"
    lowest = oncology_result.curves["anc"].sel(arm="low").min("time").values.astype(float)
    grades = ctcae_grade("v5", "neutrophil count decreased", lowest, lower_limit=1.5).astype(int)
    assert row.counts == tuple(np.bincount(grades, minlength=6).tolist())
    assert row.n == 60


def test_no_such_endpoint_no_rows(bag, bag_result):
    assert laboratory_grades(bag, bag_result) == []
