"""Events against others: curves that the SBML semantic test suite publishes, and libRoadRunner on our own models."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import UnmoorError

SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "sbml-suite"
AT_HAND = (SUITE / "index.json").is_file()
CASES = json.loads((SUITE / "index.json").read_text())["events"] if AT_HAND else ["none at hand"]
#: case -> words of the refusal; a case that is computed all at once, or refused for another reason, is a change
REFUSED: dict[str, str] = {}


def settings_of(case: str) -> dict[str, str]:
    lines = (line.partition(":") for line in (SUITE / case / "settings.txt").read_text().splitlines())
    return {key.strip(): text.strip() for key, _, text in lines if key.strip()}


def names_in(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


@pytest.mark.skipif(not AT_HAND, reason="the SBML semantic test suite is not at hand (../shared/data/sbml-suite)")
@pytest.mark.parametrize("case", CASES)
def test_published_curves(case):
    if case in REFUSED:
        with pytest.raises(UnmoorError, match=REFUSED[case]):
            integrate(load_model(SUITE / case / "model.xml"), times=[0.0, 1.0])
        return
    wanted = settings_of(case)
    head, *rows = list(csv.reader((SUITE / case / "results.csv").read_text().splitlines()))
    table = np.array([[float(cell) for cell in row] for row in rows if row])
    names, amounts, concentrations = (names_in(wanted[key]) for key in ("variables", "amount", "concentration"))
    found = integrate(
        load_model(SUITE / case / "model.xml"),
        times=table[:, 0],
        outputs=[name for name in names if name not in amounts and name not in concentrations],
        amounts=[name for name in names if name in amounts],
        concentrations=[name for name in names if name in concentrations],
        rtol=1e-8,
        atol=1e-12,
    )
    assert int(found.status) == 0
    for name, expected in zip((cell.strip() for cell in head[1:]), table[:, 1:].T, strict=True):
        slack = float(wanted["absolute"]) + float(wanted["relative"]) * np.abs(expected)
        off = np.abs(found[name].values - expected)
        same = (off <= slack) | (np.isnan(expected) & np.isnan(found[name].values)) | (found[name].values == expected)
        assert same.all(), f"{name} at {table[~same, 0][0]}: {found[name].values[~same][0]}, not {expected[~same][0]}"


#: models in Antimony's words, with the times to compare at, away from the events themselves
OURS = {
    "ball": ("y = 10; v = 0; y' = v; v' = -9.81; at y < 0: v = -0.7*v;", np.linspace(0, 5, 26)),
    "thermostat": (
        "T = 15; heat = 1; T' = 0.5*(10 + 20*heat - T); at T > 22: heat = 0; at T < 18: heat = 1;",
        np.linspace(0, 12.3, 40),
    ),
    "delayed doses": (
        "A = 0; k = 0.7; A' = -k*A; at 3 after sin(time) > 0.5: A = A + 5;"
        " at 1 after A < 1, fromTrigger=false: A = A + 1;",
        np.linspace(0, 20.05, 41),
    ),
    "not persistent": (
        "x = 0; y = 1; n = 0; x' = y; y' = -x; at 1.5 after x > 0.5, persistent=false: n = n + 1;"
        " at 2.5 after x > 0.5, persistent=false: n = n + 100;",
        np.linspace(0, 30.01, 31),
    ),
    "priorities": (
        "a = 1; b = 0; at time > 1, priority=1: a = a + 10; at time > 1, priority=2, fromTrigger=false: a = 3*a;"
        " at time > 2, priority=a: b = a; at time > 2, priority=5, persistent=false: b = 7;",
        np.linspace(0, 3.3, 12),
    ),
    "vessel": (
        "compartment V = 2; species S in V = 3; species P in V = 0; J: S => P; k*S*V; k = 0.4;"
        " at time > 1.5: V = 5; at S < 0.2: S = S + 1;",
        np.linspace(0, 8.03, 30),
    ),
    "at the start": ("x = 1; x' = -x; at x > 0.5, t0=false: x = 4; at x < 0.3: x = 2;", np.linspace(0, 9.01, 50)),
    "cascade": (
        "a = 0; b = 0; c = 0; a' = 1; at a > 2: a = 0, b = b + 1; at b > 1.5: c = c + 1, b = 0;",
        np.linspace(0, 13.1, 28),
    ),
}


@pytest.mark.parametrize("name", OURS)
def test_curves_of_roadrunner(name, tmp_path):
    antimony, roadrunner = pytest.importorskip("antimony"), pytest.importorskip("roadrunner")
    text, times = OURS[name]
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0, antimony.getLastError()
    sbml = antimony.getSBMLString("__main")
    (tmp_path / "model.xml").write_text(sbml)
    model = load_model(tmp_path / "model.xml")
    other = roadrunner.RoadRunner(sbml)
    other.integrator.relative_tolerance, other.integrator.absolute_tolerance = 1e-10, 1e-12
    species = list(model.species)
    counted = {symbol for both in model.species.values() for symbol in both}
    shown = [*species, *(state for state in model.states if state not in counted)]
    other.timeCourseSelections = ["time", *(f"[{each}]" if each in species else each for each in shown)]
    theirs = np.array(other.simulate(times=list(times)))[:, 1:]
    ours = integrate(
        model, times=times, outputs=[each for each in shown if each not in species], concentrations=species, rtol=1e-9
    )
    for k, symbol in enumerate(shown):
        np.testing.assert_allclose(ours[symbol], theirs[:, k], rtol=2e-5, atol=2e-6, err_msg=symbol)
