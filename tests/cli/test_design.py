from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from unmoor.trial import designs, dose_finding

BOIN = ("boin", "--target", 0.3, "--doses", 4, "--n", 12)
RATES = "0.1,0.2,0.3,0.5"


def test_designs_are_listed(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("design", "list")
    assert answer.exit_code == 0
    assert all(name.replace("_", "-") in answer.stdout for name in designs.design_names())


def test_a_table_is_printed_with_its_rule(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("design", "table", *BOIN)
    design = designs.Boin(target=0.3, doses=4, n=12)
    assert answer.exit_code == 0
    assert "0.236" in answer.stdout
    assert dose_finding.letters(design.table()) in answer.stdout
    file = tmp_path / "table.csv"
    assert unmoor("design", "table", *BOIN, "--to", tmp_path / "table.png").exit_code == 0
    assert (tmp_path / "table.png").read_bytes().startswith(b"\x89PNG")
    assert unmoor("design", "table", *BOIN, "--to", file).exit_code == 0
    pd.testing.assert_frame_equal(pd.read_csv(file), design.table(), check_dtype=False)


@pytest.mark.parametrize("name", ["rolling-six", "tite-boin", "three-plus-three"])
def test_tables_of_other_kinds_are_printed(unmoor: Callable[..., Any], name: str) -> None:
    answer = unmoor("design", "table", name, "--doses", 3, *(("--target", 0.3) if name == "tite-boin" else ()))
    assert answer.exit_code == 0
    assert "escalate" in answer.stdout


def test_what_comes_next(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("design", "next", "crm", "1NNN 2NNT", "--target", 0.25, "--set", "skeleton=0.05,0.12,0.25,0.4")
    decision = designs.Crm(target=0.25, skeleton=(0.05, 0.12, 0.25, 0.4)).next("1NNN 2NNT")
    assert answer.stdout.startswith(f"{decision.action}: level {decision.level} - estimated DLT rates")
    assert "recommended if the trial ended now: 2" in answer.stdout


def test_operating_characteristics_exact_and_simulated(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    exact, simulated, picture = tmp_path / "exact.csv", tmp_path / "simulated.csv", tmp_path / "oc.png"
    assert unmoor("design", "oc", *BOIN, "--rates", RATES, "--exact", "--to", exact).exit_code == 0
    assert unmoor("design", "oc", *BOIN, "--rates", RATES, "--trials", 4000, "--to", simulated).exit_code == 0
    one, two = pd.read_csv(exact), pd.read_csv(simulated)
    assert one["selected"].sum() == pytest.approx(1)
    assert (one["selected"] - two["selected"]).abs().max() < 0.04
    assert unmoor("design", "oc", *BOIN, "--rates", RATES, "--exact", "--to", picture).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    printed = unmoor("design", "oc", *BOIN, "--rates", RATES, "--exact").stdout
    assert "exact, every path" in printed
    assert "true MTD, the level with the rate nearest it: level 3" in printed
    assert "nan" not in printed
    shown = unmoor("design", "oc", *BOIN, "--rates", RATES, "--trials", 500)
    assert "DLT windows until the last outcome, mean" in shown.stdout
    assert "500 trials" in shown.stdout


def test_pathways_as_text_table_and_picture(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    tree = dose_finding.pathways(designs.Boin(target=0.3, doses=4, n=12), "1NNN", 2)
    answer = unmoor("design", "pathways", *BOIN, "--history", "1NNN")
    assert answer.stdout.splitlines() == tree.text().splitlines()
    file, picture = tmp_path / "tree.csv", tmp_path / "tree.png"
    assert unmoor("design", "pathways", *BOIN, "--history", "1NNN", "--rates", RATES, "--to", file).exit_code == 0
    assert pd.read_csv(file)["probability"].tolist() == pytest.approx(tree.chances((0.1, 0.2, 0.3, 0.5)).tolist())
    assert unmoor("design", "pathways", *BOIN, "--to", picture).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("design", "table", "bion", "--target", 0.3, "--doses", 4), "did you mean 'boin'"),
        (("design", "table", "boin", "--target", 1.3, "--doses", 4), "target is 1.3"),
        (("design", "table", "boin", "--target", 0.3, "--doses", 4, "--cohort", 40), "a cohort of 40 in a trial of 30"),
        (("design", "oc", *BOIN, "--rates", "0.1,0.2"), "2 dose levels in the truth, 4"),
        (("design", "oc", *BOIN, "--rates", "0.1,0.2,0.3,1.4"), "outside 0 to 1"),
        (("design", "next", "boin", "1NXN", "--target", 0.3, "--doses", 4), "cannot read the cohort '1NXN'"),
        (("design", "table", "crm", "--target", 0.3, "--set", "skeleton=0.3,0.2"), "comes after"),
        (("design", "table", *BOIN, "--to", "table.xlsx"), "end the name in .csv"),
        (("design", "oc", *BOIN, "--rates", RATES, "--to", "oc.pgn"), "cannot write 'oc.pgn'"),
        (("design", "oc", *BOIN, "--rates", "0.5,0.3,0.2,0.1"), "falls from 0.5 to 0.3 at level 2"),
        (("design", "pathways", *BOIN, "--rates", "0.1,0.3,0.2,0.4"), "falls from 0.3 to 0.2 at level 3"),
    ],
)
def test_bad_input_is_one_message(unmoor: Callable[..., Any], words: tuple[object, ...], said: str) -> None:
    answer = unmoor(*words)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stdout == ""
