"""Every model of the library loads, rests without a dose, agrees with libRoadRunner and survives an export."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import roadrunner

from unmoor.base.files import find, library_names
from unmoor.base.random import uniform
from unmoor.dosing import load_drug
from unmoor.dosing.events import Events
from unmoor.engine import Simulator, Status
from unmoor.model import Model, export_model, load_model
from unmoor.model.model import Row

MODELS = library_names("models", ".ant")
DRAWS = 3
TIMES = np.linspace(0.0, 240.0, 121)
SWITCHED = (96.0, 100.0)  # hours during which every switch is turned to its other value
UNSTEADY = re.compile(r"^// no steady baseline: \S+", re.MULTILINE)


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    """A model of the library."""
    return load_model(request.param)


def test_the_library_has_models() -> None:
    assert MODELS


@pytest.mark.parametrize("name", MODELS)
def test_a_model_says_what_it_is(name: str) -> None:
    first = find("models", name, ".ant").read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"// \w.{15,}", first), f"{name}.ant: the first line is a comment that says what the model is"


def test_every_symbol_has_a_unit_and_every_number_a_source(model: Model) -> None:
    used = {name: row for name, row in model.rows.items() if row.kind != "input"}
    assert not [name for name, row in used.items() if not row.unit]
    numbers = [row for row in used.values() if row.value is not None]
    assert not [row.name for row in numbers if not row.source or not row.evidence]


def test_its_baseline_is_a_steady_state(model: Model) -> None:
    if UNSTEADY.search(Path(model.file).read_text(encoding="utf-8")):
        pytest.skip("the model says why it has no steady baseline")
    times = np.linspace(0.0, 14 * 24.0, 57)
    curves, last = _ours(model, {}, Events.none(), times, rtol=1e-8)
    scale = np.abs(curves[:, :, :1]).clip(1e-9)  # an empty compartment may hold rounding
    drift = (np.abs(curves - curves[:, :, :1]) / scale).max(axis=(0, 2))
    assert (last.status == Status.OK).all()
    assert drift.max() < 1e-6, f"{model.states[drift.argmax()]} drifts by {drift.max():.1e} in two weeks without a dose"


def test_it_agrees_with_libroadrunner_at_random_parameters(model: Model) -> None:
    drawn = [_drawn(model, number) for number in range(DRAWS)]
    parameters = {name: np.array([rows[name].value for rows in drawn]) * model.factors[name] for name in drawn[0]}
    events = Events.join(*(_dose(model, number) for number in range(DRAWS)), _switches(model))
    curves, last = _ours(model, parameters, events, TIMES, rtol=1e-8)
    assert (last.status == Status.OK).all()
    for number, rows in enumerate(drawn):
        theirs = _theirs(load_model(model.name, overlay=[list(rows.values())]), number)
        floor = 1e-6 * np.abs(theirs).max(axis=1, keepdims=True)  # below it a curve is noise around zero
        error = np.abs(curves[number] - theirs) / np.maximum(np.abs(theirs), floor + 1e-30)
        worst = np.unravel_index(error.argmax(), error.shape)
        state, hour = model.states[worst[0]], TIMES[worst[1]]
        assert error.max() < 1e-5, f"draw {number}: {state} at {hour:g} h, {error.max():.1e}"


@pytest.mark.parametrize("suffix", [".xml", ".ant"])
def test_an_export_opens_again_and_means_the_same(model: Model, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"{model.name}{suffix}"
    export_model(model, path)
    if suffix == ".xml":
        theirs = _theirs(path.read_text(encoding="utf-8"), 0, model)
    else:
        import antimony

        antimony.clearPreviousLoads()
        assert antimony.loadAntimonyFile(str(path)) >= 0, antimony.getLastError()
        theirs = _theirs(antimony.getSBMLString(antimony.getMainModuleName()), 0, model)
    events = Events.join(_dose(model, 0), _switches(model, 1))
    curves, _ = _ours(model, {}, events, TIMES, rtol=1e-8)
    scale = np.abs(theirs).max(axis=1, keepdims=True) + 1e-30
    assert (np.abs(curves[0] - theirs) / scale).max() < 1e-5


def _ours(model: Model, parameters: dict[str, np.ndarray], events: Events, times: np.ndarray, rtol: float):
    simulator = Simulator(model, model.states)
    start = simulator.begin(parameters, None if parameters else 1)
    return simulator.advance(start, events, float(times[-1]), times, rtol=rtol, atol=1e-12, closed=True)


def _drawn(model: Model, number: int) -> dict[str, Row]:
    """Every constant and covariate with 30% log-normal variability, inside its bounds; molar masses stay."""
    rows = {
        name: replace(row, name=name)
        for name, row in model.rows.items()
        if row.kind in ("constant", "covariate") and row.value and name in model.constants
        if not name.endswith("molar_mass")
    }
    chance = uniform(20261122, f"contract {model.name} {number}", 0, len(rows))
    from scipy.special import ndtri

    values = np.array([row.value for row in rows.values()]) * np.exp(0.3 * ndtri(chance))
    lower = [-np.inf if row.lower is None else row.lower for row in rows.values()]
    upper = [np.inf if row.upper is None else row.upper for row in rows.values()]
    chosen = np.clip(values, lower, upper).tolist()
    return {name: replace(row, value=value) for (name, row), value in zip(rows.items(), chosen, strict=True)}


def _entries(model: Model) -> list[str]:
    """The states that doses enter, one for each drug of the model."""
    first = [(instance, load_drug(drug).routes[0]) for drug, instance in model.drugs.items()]
    return [model.resolve(f"{instance}.{route.species}") for instance, route in first]


def _dose(model: Model, number: int) -> Events:
    """For one patient, 5,000 nmol of each drug at 0 h and half of it at 48 h."""
    doses = [(at, name, amount) for name in _entries(model) for at, amount in ((0.0, 5000.0), (48.0, 2500.0))]
    return Events.join(Events.none(), *(Events.bolus([number], [at], name, [amount]) for at, name, amount in doses))


def _switches(model: Model, patients: int = DRAWS) -> Events:
    parts = [Events.none()]
    for name in model.switches:
        usual = model.constants[name]
        for time, value in zip(SWITCHED, (1.0 - usual, usual), strict=True):
            parts.append(Events.switch(np.arange(patients), np.full(patients, time), name, np.full(patients, value)))
    return Events.join(*parts)


def _theirs(other: Model | str, number: int, known: Model | None = None) -> np.ndarray:
    """The states (state, time) as libRoadRunner computes them, doses and switches given between its runs."""
    model = known or other
    runner = roadrunner.RoadRunner(other if isinstance(other, str) else other.sbml)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-12, 1e-14
    runner.integrator.maximum_num_steps = 500_000
    runner.selections = list(model.states)
    events = Events.join(_dose(model, 0), _switches(model, 1))
    cuts = sorted({0.0, *events.time, TIMES[-1]})
    curves = np.empty((len(model.states), len(TIMES)))
    for start, stop in pairwise(cuts):
        for k in np.flatnonzero(events.time == start):
            name, value = events.names[events.target[k]], float(events.value[k])
            runner.setValue(name, value + (runner.getValue(name) if events.action[k] == 0 else 0.0))
        inside = np.flatnonzero((start <= TIMES) & ((stop > TIMES) | (stop == TIMES[-1])))
        times = np.union1d(TIMES[inside], [start, stop])
        found = np.asarray(runner.simulate(times=times.tolist())).T
        curves[:, inside] = found[:, np.searchsorted(times, TIMES[inside])]
    return curves
