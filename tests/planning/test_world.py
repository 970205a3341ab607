"""The population of a disease is found by its file, and what was read is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import UnknownName
from unmoor.planning import Patient
from unmoor.planning.world import load_world, population_of


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"disease": "non-Hodgkin lymphoma"}, "nhl"),
        ({"disease": "Multiple Myeloma"}, "mm"),
        ({"disease": "Hodgkin lymphoma"}, "hodgkin"),
        ({"disease": "healthy donor"}, "healthy-donor"),
        ({"disease": "sickle cell disease"}, "sickle-cell"),
        ({"disease": "lymphoma", "age": 9}, "child"),
        ({"disease": "nhl-phase3"}, "nhl-phase3"),
        ({"disease": "multiple myeloma", "population": "poor-mobiliser-proven"}, "poor-mobiliser-proven"),
    ],
)
def test_the_population_of_a_disease(told: dict[str, object], name: str) -> None:
    assert population_of(Patient(weight=40, **told)) == name  # type: ignore[arg-type]


def test_an_unknown_disease_or_population_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="multiple myeloma"):
        population_of(Patient(weight=70, disease="multiple mieloma"))
    with pytest.raises(UnknownName, match="nhl-phase3"):
        population_of(Patient(weight=70, disease="nhl", population="nhl-phase4"))


def test_what_was_read_is_kept_and_a_broken_copy_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path))
    first = load_world("healthy-donor")
    (kept,) = tmp_path.glob("world-*.pickle")
    again = load_world("healthy-donor")
    assert again.population.variability == first.population.variability
    assert again.population.model.constants == first.population.model.constants
    kept.write_bytes(b"nothing")
    assert load_world("healthy-donor").population.name == "healthy-donor"
