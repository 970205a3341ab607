from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.files import LIBRARY, library_names
from unmoor.cli.names import SUFFIXES, path_of

FILES = [(kind, name) for kind in SUFFIXES if kind != "modules" for name in library_names(kind, SUFFIXES[kind])]


def test_the_whole_library_is_checked(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("check")
    assert answer.exit_code == 0, answer.stdout
    assert answer.stdout == f"{len(FILES) + 1} members checked: no problems\n"


def test_one_name(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("check", "plerixafor")
    assert (answer.exit_code, answer.stdout) == (0, "drug plerixafor: no problems\n")
    assert unmoor("check", "borthakur-2020").stdout == "study borthakur-2020: no problems\n"


def test_a_model_with_problems_has_each_with_file_and_line(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(LIBRARY, library)
    model = library / "models" / "plerixafor_pk.ant"
    lines = model.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("end"))
    lines[at:at] = ["  nobody := 3.7*somebody"]
    model.write_text("\n".join(lines) + "\n")
    answer = unmoor("check", model)
    assert answer.exit_code == 1
    assert f"plerixafor_pk.ant:{at + 1}" in answer.stdout
    assert "3.7" in answer.stdout
    assert answer.stderr == ""


def test_a_study_with_a_problem(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = path_of("studies", "dipersio-2009-nhl").read_text()
    line = text[: text.index("- plerixafor 0.24")].count("\n") + 1
    file.write_text(text.replace("- plerixafor 0.24", "- plerixafro 0.24", 1))
    answer = unmoor("check", file)
    assert answer.exit_code == 1
    assert "1 problem" in answer.stdout
    assert f"mine.yaml:{line}" in answer.stdout
    assert "plerixafor" in answer.stdout.split("did you mean")[1]


def test_a_drug_and_a_population_with_a_problem(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    drug = tmp_path / "plerixafor.yaml"
    drug.write_text(path_of("drugs", "plerixafor").read_text().replace("g/mol", "g/mlo", 1))
    population = tmp_path / "nhl.yaml"
    population.write_text(path_of("populations", "nhl-phase3").read_text().replace("distribution:", "distribtion:", 1))
    for file, word in ((drug, "mlo"), (population, "distribtion")):
        answer = unmoor("check", file)
        assert answer.exit_code == 1, answer.stdout
        assert word in answer.stdout
        assert f"{file.name}:" in answer.stdout


@pytest.mark.parametrize(("name", "near"), [("mobilization", "mobilisation"), ("plerixafro", "plerixafor")])
def test_an_unknown_name_is_refused(unmoor: Callable[..., Any], name: str, near: str) -> None:
    answer = unmoor("check", name)
    assert answer.exit_code == 2
    assert f"did you mean '{near}'?" in answer.stderr
