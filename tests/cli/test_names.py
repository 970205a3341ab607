from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.base.files import LIBRARY
from unmoor.cli.names import SINGULAR, every_name, kind_of_file, kinds_of, members, path_of
from unmoor.trial.measure import endpoint_types


@pytest.mark.parametrize("kind", [kind for kind in SINGULAR if kind != "endpoints"])
def test_every_file_of_a_kind_is_a_member(kind: str) -> None:
    suffix = ".ant" if kind in ("models", "modules") else ".yaml"
    files = {path.stem for path in (LIBRARY / kind).rglob(f"*{suffix}")}
    found = members(kind)
    assert {member.name for member in found} == files
    assert [member.name for member in found] == sorted(files)
    assert all(member.line for member in found), "a member says nothing of itself"
    assert all(path_of(kind, name).is_file() for name in files)


def test_endpoints_are_the_files_that_the_trial_finds() -> None:
    assert [member.name for member in members("endpoints")] == endpoint_types()
    assert all(member.line for member in members("endpoints"))


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'models'"):
        members("modells")


def test_a_name_knows_its_kinds() -> None:
    assert kinds_of("plerixafor") == ["drugs"]
    assert kinds_of("nobody") == []
    assert {"mobilisation", "plerixafor", "dipersio-2009-nhl"} <= set(every_name())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("models", "mobilisation"),
        ("drugs", "plerixafor"),
        ("populations", "nhl-phase3"),
        ("studies", "dipersio-2009-nhl"),
    ],
)
def test_a_file_knows_its_kind(kind: str, name: str) -> None:
    assert kind_of_file(path_of(kind, name)) == kind


def test_a_file_of_no_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_text("title: x\n")
    with pytest.raises(BadInput, match="neither a study, a drug nor a population"):
        kind_of_file(file)
    with pytest.raises(BadInput, match=r"nothing to check in a \.csv file"):
        kind_of_file(tmp_path / "table.csv")
