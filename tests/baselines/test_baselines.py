"""Summary numbers of every study of the library do not move unnoticed.

A move on purpose: `python -m pytest tests/baselines --update-baselines`, and a line under "Results changed" in
CHANGELOG.md.
Numbers agree within 1e-3 relative, which leaves room for another processor's rounding and step sequence, not for
another model; one patient more or less in a proportion is ten times that.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import unmoor
from unmoor.base.files import library_names

FOLDER = Path(__file__).parent
STUDIES = library_names("studies", ".yaml")
N, SEED = 100, 1
TOLERANCE = 1e-3
KEPT = ("estimate", "lower", "upper", "n", "n_failed", "predicted_lower", "predicted_upper", "verdict")


def numbers(name: str) -> dict[str, dict[str, Any]]:
    """Endpoint, arm and session -> every number of the table, and the verdict, of a study in few patients."""
    study = unmoor.load_study(name)
    result = unmoor.simulate(study, unmoor.sample(study.population, n=N, seed=SEED))
    table = unmoor.evaluate(study, result)
    found = {}
    for row in table.to_dict("records"):
        session = "" if str(row["session"]) in ("<NA>", "nan", "None") else f" by session {row['session']}"
        session += " negative" if "rho below 0" in str(row["statistic"]) else ""
        known = {key: row[key] for key in KEPT}
        found[f"{row['endpoint']}, {row['arm']}{session}"] = {
            key: None if isinstance(value, float) and math.isnan(value) else value for key, value in known.items()
        }
    return found


def moved(before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """What differs beyond the tolerance, in words."""
    told = [f"gone: {key}" for key in before.keys() - now.keys()]
    told += [f"new: {key}" for key in now.keys() - before.keys()]
    for key in before.keys() & now.keys():
        for quantity, old in before[key].items():
            new = now[key][quantity]
            numbers_both = isinstance(old, int | float) and isinstance(new, int | float)
            if not (math.isclose(old, new, rel_tol=TOLERANCE, abs_tol=1e-9) if numbers_both else old == new):
                told.append(f"{key}: {quantity} was {old}, is {new}")
    return sorted(told)


@pytest.mark.parametrize("name", STUDIES)
def test_no_number_moved(name: str, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{name}.json"
    now = numbers(name)
    if request.config.getoption("--update-baselines", default=False):
        path.write_text(json.dumps({"patients": N, "seed": SEED, "numbers": now}, indent=1, sort_keys=True) + "\n")
    assert path.exists(), f"no baseline for {name}: run with --update-baselines"
    difference = moved(json.loads(path.read_text())["numbers"], now)
    assert not difference, "numbers moved:\n" + "\n".join(difference)


def test_no_baseline_is_left_of_a_study_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} <= set(STUDIES)


def test_a_moved_number_is_told() -> None:
    row = {"estimate": 0.5, "n": 100, "lower": None}
    assert moved({"a": row}, {"a": row}) == []
    assert moved({"a": row}, {"a": row | {"estimate": 0.5 * (1 + 2 * TOLERANCE)}}) == ["a: estimate was 0.5, is 0.501"]
    assert moved({"a": row}, {"a": row | {"lower": 0.1}}) == ["a: lower was None, is 0.1"]
    assert moved({"a": row}, {"b": row}) == ["gone: a", "new: b"]
    assert moved({"a": {"verdict": "inside"}}, {"a": {"verdict": ""}}) == ["a: verdict was inside, is "]
