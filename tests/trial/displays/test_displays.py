import dataclasses

import numpy as np
import pytest

from unmoor.base import result_folder
from unmoor.base.result import Result
from unmoor.trial.displays import Displays
from unmoor.trial.endpoints.response import Options
from unmoor.trial.evaluate import evaluate


@pytest.fixture(scope="module")
def displays(oncology, oncology_result):
    return Displays(oncology, oncology_result)


def test_the_study_gives_its_displays(oncology, oncology_result):
    assert isinstance(oncology.displays(oncology_result), Displays)


def test_best_responses_agree_with_the_endpoint(oncology, oncology_result, displays):
    table = evaluate(oncology, oncology_result).set_index(["endpoint", "arm"])
    counted = oncology.response("iwg").criterion.counted
    assert Options(response="iwg").counts is None  # the endpoint counts what the criterion does
    for each in displays.best("iwg"):
        shares = dict(zip(each.order, each.shares, strict=True))
        assert sum(share.value for share in shares.values()) == pytest.approx(1)
        row = table.loc[("response", each.arm)]
        assert sum(shares[word].value for word in counted) == pytest.approx(row["estimate"])
        complete = table.loc[("complete", each.arm)]
        assert (shares["CR"].lower, shares["CR"].upper) == pytest.approx((complete["lower"], complete["upper"]))
    whole = displays.best("iwg")[0]
    assert (whole.arm, whole.size) == ("trial", 18)
    assert whole.predicted[0] == pytest.approx(
        tuple(table.loc[("complete", "trial")][["predicted_lower", "predicted_upper"]])
    )


def test_survival_has_the_medians_of_the_table(oncology, oncology_result, displays):
    table = evaluate(oncology, oncology_result).set_index(["endpoint", "arm"])
    curves = displays.survival(oncology.endpoint("duration"))
    assert [curve.arm for curve in curves] == ["trial", "low", "middle", "high", "once"]
    for curve in curves:
        median = table.loc[("duration", curve.arm)]["estimate"]
        assert curve.survival[curve.time < median - 1e-9].min(initial=1.0) >= 0.5 - 1e-9
        assert curve.survival[curve.time > median + 1e-9].max(initial=0.0) <= 0.5 + 1e-9
    assert displays.survival(oncology.endpoint("cd34")) == []


def test_the_shown_trial_has_the_published_size(displays):
    assert len(displays.patients("iwg")) == 18
    assert displays.thresholds("iwg") == [(-50.0, "PR: −50%")]


def test_designs_are_those_of_the_study(displays):
    assert [run.design.name for run in displays.designs.runs] == ["three-plus-three", "boin"]


def test_a_path_leads_to_the_level_asked_for(displays, bag, bag_result):
    run = displays.whole.escalation
    level = int(run.recommended[run.typical])
    assert list(displays.path(level).columns) == list(run.path(0).columns)
    with pytest.raises(LookupError, match="no dose-finding"):
        Displays(bag, bag_result).path(1)


def test_grades_hold_events_and_laboratory_findings(displays):
    terms = list(dict.fromkeys(row.term for row in displays.grades))
    assert terms == ["rash", "neutrophil count decreased (CTCAE5)"]


def some(result, chosen):
    """The part of a result that holds the patients at these positions."""
    numbers = result.patients.index[chosen]
    return dataclasses.replace(
        result,
        **{name: getattr(result, name).isel(patient=chosen) for name in ("curves", "sessions", "status")},
        patients=result.patients.iloc[chosen],
        **{name: getattr(result, name)[getattr(result, name)["patient"].isin(numbers)] for name in ("doses", "failed")},
    )


def test_a_result_stored_in_parts_shows_the_same(oncology, oncology_result, displays, tmp_path):
    result_folder.begin(tmp_path / "run", oncology_result.provenance, resume=False)
    for chosen in (slice(0, 25), slice(25, 60)):
        result_folder.append(tmp_path / "run", some(oncology_result, chosen))
    result_folder.finish(tmp_path / "run", oncology_result.provenance)
    assert len(list(Result.open(tmp_path / "run").parts())) == 2
    stored = Displays(oncology, Result.open(tmp_path / "run"))
    # what did not happen is NaN, which equals nothing
    for mine, theirs in zip(displays.patients("iwg"), stored.patients("iwg"), strict=True):
        assert str(mine) == str(theirs)
    assert [each.shares for each in stored.best("iwg")] == [each.shares for each in displays.best("iwg")]
    assert stored.grades == displays.grades
    pairs = zip(
        stored.survival(oncology.endpoint("duration")), displays.survival(oncology.endpoint("duration")), strict=True
    )
    for mine, theirs in pairs:
        np.testing.assert_array_equal(mine.survival, theirs.survival)


def test_a_study_without_any_of_it_shows_nothing(bag, bag_result):
    empty = Displays(bag, bag_result)
    assert empty.whole is None
    assert empty.designs is None
    assert empty.grades == []
