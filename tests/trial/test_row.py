import numpy as np
import pytest

from unmoor.trial.prediction import NO_TRIALS, Trials
from unmoor.trial.row import Published, Row
from unmoor.trial.statistics.estimate import Estimate
from unmoor.trial.statistics.proportion import wilson
from unmoor.trial.study_file import PublishedPart

WHERE = {"endpoint": "e", "arm": "a", "evidence": "PH3011", "source": "dipersio2009nhl", "use": "predicted"}


def test_published_counts_become_a_proportion_with_its_interval():
    found = Published.of(PublishedPart(**WHERE, events=89, n=150))
    assert found.value == pytest.approx(0.5933, abs=1e-4)
    assert (found.lower, found.upper) == (wilson(89, 150).lower, wilson(89, 150).upper)
    assert (found.n, found.use, found.evidence, found.source) == (150, "predicted", "PH3011", "dipersio2009nhl")


def test_published_values_keep_the_interval_they_came_with():
    found = Published.of(PublishedPart(**WHERE, value=5.0, lower=4.0, note="median"))
    assert (found.value, found.lower, found.n, found.note) == (5.0, 4.0, None, "median")
    assert np.isnan(found.upper)
    assert np.isnan(Published.of(None).value)


def test_a_row_says_where_the_published_value_lies(bag):
    endpoint = bag.endpoint("by-session")
    measure = bag.measure(endpoint)
    trials, estimate = Trials(np.linspace(0.2, 0.6, 101), 30), Estimate(0.4, 0.3, 0.5, 200, "how")
    row = Row.of(endpoint, measure, "drug", estimate, 3, trials, Published(0.7, n=30), session=2)
    assert (row.label, row.session, row.verdict) == ("Reached five by session 2", 2, "published is higher")
    assert (row.n, row.n_failed, row.predicted_n, row.published_n) == (200, 3, 30, 30)
    assert row.predicted_lower == pytest.approx(0.22)
    assert list(row.cells()) == Row.columns()
    bare = Row.of(endpoint, measure, "drug", estimate, 0, NO_TRIALS, Published())
    assert (bare.verdict, bare.label, bare.predicted_n) == ("", "Reached five", None)


def test_an_interval_comes_from_counts_bounds_sem_or_sd():
    bounds = Published.of(PublishedPart(**WHERE, value=5.0, lower=4.0, upper=7.0))
    assert (bounds.lower, bounds.upper) == (4.0, 7.0)
    sem = Published.of(PublishedPart(**WHERE, value=20.7, sem=3.5, n=10))
    assert (sem.lower, sem.upper) == pytest.approx((20.7 - 2.262157 * 3.5, 20.7 + 2.262157 * 3.5))
    sd = Published.of(PublishedPart(**WHERE, value=128.0, sd=136.0, n=22))
    assert sd.upper == pytest.approx(128 + 2.079614 * 136 / 22**0.5)
    unknown = Published.of(PublishedPart(**WHERE, value=20.7, sem=3.5))
    assert unknown.upper == pytest.approx(20.7 + 1.959964 * 3.5)
    assert Published.of(PublishedPart(**WHERE, value=1.0, recalled=True, note="n")).note.startswith("recalled")
