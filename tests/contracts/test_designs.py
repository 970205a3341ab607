"""Every dose-finding design answers every question, agrees with itself, and meets the same patients as the others."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial import designs, dose_finding
from unmoor.trial.dose_finding.design import WAIT, Design
from unmoor.trial.dose_finding.trials import of_history

NAMES = designs.design_names()
GRID = {"first": 2, "second": 2}
SKELETON = (0.08, 0.16, 0.25, 0.4)
# what a design cannot do without; a new design with the same fields needs no entry here
NEEDED: dict[str, dict[str, Any]] = {
    "blrm": {"doses": (10, 20, 40, 80), "reference": 40.0, "mean": (-1.0, 0.0), "sd": (2.0, 1.0)},
    "ewoc": {"doses": (10, 20, 40, 80), "dose_limit": 200.0},
    "boin_comb": GRID,
    "partial_order_crm": {"orders": ((1, 2, 3, 4), (1, 3, 2, 4))},
}
COMMON = {"doses": 4, "target": 0.25, "skeleton": SKELETON, "n": 15}


def design_of(name: str, **more: Any) -> Design:
    """The design with four levels (or combinations) and the target 0.25."""
    kind = designs.design_class(name)
    known = {field.name for field in dataclasses.fields(kind)}
    fitting = {key: value for key, value in COMMON.items() if key in known}
    return kind(**(fitting | NEEDED.get(name, {}) | more))


def walk(design: Design, outcomes: list[int]) -> list[str]:
    """The histories of a trial in which the cohorts have so many DLTs, until it stops."""
    history, texts = dose_finding.History(), []
    for dlt in outcomes:
        decision = design.next(history)
        if decision.level is None:
            break
        size = min(design.cohort, design.n - len(history))
        history = history.then(decision.level, min(dlt, size), size)
        texts.append(dose_finding.pathways(design, history, 1).table()["history"].iloc[0])
    return texts


def test_there_are_designs_and_they_complete() -> None:
    files = {path.stem for path in Path(designs.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(NAMES)
    assert {designs.class_name(name) for name in NAMES} <= set(dir(designs))
    for name, line in designs.design_lines().items():
        assert line == " ".join(designs.design_class(name).__doc__.split("\n\n")[0].split())
    with pytest.raises(UnknownName, match="did you mean 'boin'"):
        designs.design_class("bion")
    with pytest.raises(AttributeError, match="ThreePlusThree"):
        _ = designs.FourPlusFour


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_frozen_value(name: str) -> None:
    design = design_of(name)
    assert design == design_of(name)
    assert hash(design) == hash(design_of(name))
    with pytest.raises(dataclasses.FrozenInstanceError):
        design.n = 3  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_is_told_in_prose_with_its_numbers(name: str) -> None:
    prose = design_of(name, stops=(dose_finding.LowestTooToxic(0.9),)).prose()
    assert len(prose) > 200
    assert "stop for safety if P(DLT rate at the lowest level > 0.25 | data) > 0.9" in prose
    assert not [word for word in ("None", "nan", "array(", "object at") if word in prose]
    assert designs.design_class(name).__doc__


@pytest.mark.parametrize("name", NAMES)
def test_it_starts_where_it_says(name: str) -> None:
    assert design_of(name).next().level == 1
    assert design_of(name, start=2).next().level == 2
    assert design_of(name).next().action == "start"


@pytest.mark.parametrize("name", NAMES)
def test_each_row_of_its_table_is_what_it_decides(name: str) -> None:
    design = design_of(name)
    table = design.table()
    longer = dataclasses.replace(design, n=design.n + 1)  # room for the patient below the level that a table shows
    assert {"history", "decision", "next"} <= set(table.columns)
    assert len(table) >= 4
    for row in table.iloc[:: max(1, len(table) // 60)].itertuples():
        decision = longer.next(row.history)
        assert (decision.level or (WAIT if decision.action == "wait" else 0)) == row.next, row.history
        assert decision.reason


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None)
@given(outcomes=st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_a_trial_is_coherent(name: str, outcomes: list[int]) -> None:
    design = design_of(name)
    for text in walk(design, outcomes):
        history = design.read(text)
        trials = of_history(history, design.levels)
        decision, recommended = design.next(text), design.recommend(text)
        assert decision.action in ("escalate", "stay", "de-escalate", "stop", "wait")
        assert decision.reason
        assert (decision.level is None) == (decision.action in ("stop", "wait"))
        if len(history) >= design.n:
            assert decision.stop
        if recommended is not None:
            assert trials.n[0, recommended - 1] > 0, "a dose that nobody got is recommended"
        if decision.action == "escalate":
            assert trials.last_dlt[0] < max(trials.last_n[0], 1), "it escalates after a cohort of nothing but DLTs"
            steps = design.rank(decision.level) - design.rank(int(trials.current[0]))
            assert steps == 1 or name in ("partial_order_crm",), "an untried level is skipped"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_dlts_ends_without_a_dose_or_at_the_lowest(name: str) -> None:
    design = design_of(name)
    last = walk(design, [design.cohort] * design.n)[-1]
    assert design.recommend(last) in (None, 1)
    safe = design_of(name, stops=(dose_finding.LowestTooToxic(0.95),))
    last = walk(safe, [design.cohort] * design.n)[-1]
    assert safe.next(last).stop
    assert len(design.read(last)) < design.n
    assert safe.recommend(last) is None


@pytest.mark.parametrize("name", NAMES)
def test_no_dlt_at_all_ends_at_the_highest_level(name: str) -> None:
    design = design_of(name, n=30)
    last = walk(design, [0] * 30)[-1]
    assert design.recommend(last) == design.levels


@pytest.mark.parametrize("name", NAMES)
def test_thousands_of_trials_follow_the_rule_of_one(name: str) -> None:
    """The path of a simulated trial, told to `next` cohort by cohort, gives the levels of the simulation."""
    design = design_of(name)
    truth = dose_finding.from_rates((0.1, 0.2, 0.3, 0.5), trials=40, patients=design.n, seed=5)
    outcome = dose_finding.run_trials(design, truth)
    assert (outcome.n.sum(axis=1) <= design.n).all()
    assert (outcome.dlt <= outcome.n).all()
    if design.weighs_pending:
        return  # its decisions fall between outcomes; tests/trial/dose_finding/test_open_windows.py follows those
    for trial in range(6):
        history, given = dose_finding.History(), outcome.given[trial]
        while (decision := design.next(history)).level is not None:
            first = len(history)
            size = min(design.cohort, design.n - first)
            assert (given[first : first + size] == decision.level).all()
            times = truth.time_at(np.full(size, trial), np.arange(first, first + size), np.full(size, decision.level))
            history = history.then(decision.level, int((times <= 1).sum()), size)
        assert len(history) == (given > 0).sum()
        assert (design.recommend(history) or 0) == outcome.selected[trial]


@pytest.mark.parametrize("name", NAMES)
def test_exact_and_simulated_characteristics_agree(name: str) -> None:
    """Simulated with all outcomes known at once; 4,000 trials against every path, within 4.5 standard errors."""
    design = design_of(name, n=12)
    if design.weighs_pending:
        design = dataclasses.replace(design, n=9)
    rates = (0.1, 0.2, 0.3, 0.5)
    exact = dose_finding.enumerate_trials(design)
    ours = exact.operating(rates)
    assert exact.chances(rates).sum() == pytest.approx(1.0, abs=1e-12)
    assert ours.exact
    # far between arrivals, every window is over before the next patient comes
    simulated = dose_finding.operating_characteristics(design, rates, 4000, seed=11, per_window=1e-9)
    error = np.sqrt(np.maximum(ours.selected * (1 - ours.selected), 1e-4) / 4000)
    assert (np.abs(simulated.selected - ours.selected) < 4.5 * error).all()
    assert simulated.n == pytest.approx(ours.n, abs=0.3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"target": 0.0}, "target is 0.0"),
        ({"target": 1.2}, "target is 1.2"),
        ({"target": "a third"}, "target is 'a third'"),
        ({"cohort": 16}, "a cohort of 16 in a trial of 15"),
        ({"cohort": 0}, "cohort is 0"),
        ({"n": -1}, "n"),
        ({"start": 9}, "starts at level 9"),
        ({"stops": (dose_finding.LowestTooToxic(1.5),)}, "probability is 1.5"),
        ({"stops": (dose_finding.EnoughAtDose(0),)}, "patients is 0"),
    ],
)
def test_bad_input_is_refused_before_anything_is_computed(name: str, change: dict[str, Any], match: str) -> None:
    with pytest.raises(BadInput, match=match):
        design_of(name, **change)


@pytest.mark.parametrize("name", NAMES)
def test_outcomes_that_cannot_be_are_refused(name: str) -> None:
    design = design_of(name)
    one = design.label(1)
    for text, match in (
        (f"{one}NXN", "cannot read"),
        ("9NNN" if not design.columns else "9.1NNN", "dose level"),
        (f"{one}", "cannot read"),
    ):
        with pytest.raises(BadInput, match=match):
            design.next(text)
