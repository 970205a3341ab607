from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from unmoor.population import sample
from unmoor.trial import compare_designs, levels_only, load_study, simulate

LEVELS = Path(__file__).parents[1] / "trial" / "escalation" / "data" / "levels.yaml"
FEW = ("--patients", 60, "--trials", 200)


def test_the_tables_are_those_of_the_verb(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    file, picture = tmp_path / "designs.csv", tmp_path / "designs.png"
    answer = unmoor("design", "compare", LEVELS, *FEW, "--to", file, "--plot", picture)
    assert answer.exit_code == 0
    study = levels_only(load_study(LEVELS))
    found = compare_designs(study, simulate(study, sample(study.population, 60, study.seed)), trials=200)
    written = pd.read_csv(file)
    assert written["selected"].tolist() == pytest.approx(found.table()["selected"].tolist())
    assert written.groupby("design", sort=False)["months"].first().tolist() == pytest.approx(found.totals()["months"])
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "60 virtual patients" in answer.stdout
    assert "within 7 days of the first dose: plerixafor_concentration at or above 1000 ng/mL" in answer.stdout
    for run in found.runs:
        assert run.design.name in answer.stdout
        assert f"{100 * run.operating.selected[3]:.1f}" in answer.stdout
    assert "240 of 240 courses" in answer.stderr


def test_designs_are_named_with_their_fields(unmoor: Callable[..., Any]) -> None:
    asked = ("--design", "boin cohort=1", "--design", "mtpi2", "--target", 0.3)
    answer = unmoor("design", "compare", LEVELS, *FEW, *asked)
    assert answer.exit_code == 0
    assert "boin cohort=1" in answer.stdout
    assert "mtpi2" in answer.stdout
    assert "three-plus-three" not in answer.stdout
    assert answer.stdout.split("target DLT rate, %")[1].split()[:2] == ["30", "30"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((LEVELS, "--design", "bion"), "did you mean 'boin'"),
        ((LEVELS, "--design", "boin cohrt=1"), "did you mean 'cohort'"),
        ((LEVELS, "--design", "boin n=30"), "up to 30 patients in a trial of 20"),
        ((LEVELS, "--design", "boin-comb first=2 second=3"), "has 6 levels, the study lists 4"),
        ((LEVELS, "--target", 1.5), "target is 1.5"),
        ((LEVELS, "--to", "designs.xlsx"), "end it in .csv"),
        ((LEVELS, "--plot", "designs.gif"), "end it in .png"),
        (("dipersio-2009-nhl",), "has no dose levels"),
    ],
)
def test_bad_input_is_refused_before_anything_is_simulated(
    unmoor: Callable[..., Any], words: tuple[object, ...], said: str
) -> None:
    answer = unmoor("design", "compare", *words, *FEW)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "simulating" not in answer.stderr
    assert answer.stdout == ""


def test_a_run_prints_what_the_design_recommends(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("run", LEVELS, "--patients", 60, "--to", tmp_path / "report.html")
    assert answer.exit_code == 0
    assert "Dose finding by three-plus-three: 1,000 trials of 20 patients" in answer.stdout
    assert "virtual patients know them; recommended as 1,000 trials" in answer.stdout
    assert "Whole trial" in answer.stdout


def test_a_published_dose_without_its_schedule_names_both_levels(unmoor: Callable[..., Any]) -> None:
    few = ("--patients", 20, "--trials", 20, "--design", "boin")
    answer = unmoor("design", "compare", "ghobrial-2019-phase1", *few)
    assert answer.exit_code == 0
    assert "the published trial recommended five or five-b\n" in answer.stdout
