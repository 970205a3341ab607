import dataclasses

import numpy as np
import pytest

from unmoor.trial.displays.shown_trial import arm_of_response, example, shown_trial, size_of
from unmoor.trial.escalation import escalate


def test_a_dose_finding_trial_is_shown_as_it_went(oncology, oncology_result):
    run = escalate(oncology, oncology_result)
    shown = shown_trial(oncology, oncology_result, "trial", run)
    best = int(run.recommended[run.typical])
    path = run.path(example(run, best))
    assert run.recommended[example(run, best)] == best
    np.testing.assert_array_equal(shown.who, path["patient"])
    assert list(shown.arms) == list(path["arm"])
    # the first dose of every level is at 8 h
    np.testing.assert_allclose(shown.dlt, path["dlt_time"] + 8)
    assert np.isfinite(shown.dlt).sum() == path["dlt"].sum() > 0


def test_an_arm_is_drawn_without_showing_anyone_twice(oncology, oncology_result, bag, bag_result):
    shown = shown_trial(oncology, oncology_result, "once", None)
    assert len(set(shown.who)) == len(shown.who) == 40  # no size is published
    again = shown_trial(oncology, oncology_result, "once", None)
    np.testing.assert_array_equal(shown.who, again.who)
    # who could not be integrated is not drawn; five are left of a trial of thirty
    assert sorted(shown_trial(bag, bag_result, "drug", None).who) == [0, 1, 2, 3, 4]


def test_the_arm_shown_is_the_one_whose_response_was_published(oncology):
    assert arm_of_response(oncology, "iwg") == "trial"
    moved = tuple(part.model_copy(update={"arm": "once"}) for part in oncology.published)
    assert arm_of_response(dataclasses.replace(oncology, published=moved), "iwg") == "once"
    assert arm_of_response(dataclasses.replace(oncology, published=()), "iwg") == "trial"
    assert arm_of_response(dataclasses.replace(oncology, published=(), escalation=None), "iwg") == "low"


def test_the_size_is_the_published_one(oncology, bag):
    assert size_of(oncology, "trial") == 18
    assert size_of(dataclasses.replace(bag, published=()), "placebo") == 20
    assert size_of(oncology, "once") is None


def test_a_trial_that_holds_nobody_twice_is_preferred(oncology, oncology_result):
    run = escalate(oncology, oncology_result)
    level = int(run.recommended[run.typical])
    chosen = example(run, level)
    assert len(set(run.path(chosen)["patient"])) == len(run.path(chosen))
    # the first that recommends the level, if all hold somebody twice
    twice = dataclasses.replace(run, who=np.zeros_like(run.who))
    assert example(twice, level) == np.flatnonzero(run.recommended == level)[0]
    with pytest.raises(LookupError, match="no trial recommends level 9"):
        example(run, 9)
