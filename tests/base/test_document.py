"""Documents: values as people mean them, and errors that name the file and the line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class Arm(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dose: float
    route: Literal["subcutaneous", "intravenous"] = "subcutaneous"


class Study(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    arms: dict[str, Arm] = {}
    days: list[int] = []


def test_values_are_what_people_mean(tmp_path: Path) -> None:
    text = "a: no\nb: 22:00\nc: 1e6\nd: 2009-10-01\ne: true\nf:\ng: '3'\nh: [1, 2.5, -3]\ni: .inf\nno: {on: off}\n"
    content = read_document(written(tmp_path, text)).content
    assert content == {
        "a": "no", "b": "22:00", "c": 1e6, "d": "2009-10-01", "e": True, "f": None, "g": "3",
        "h": [1, 2.5, -3], "i": float("inf"), "no": {"on": "off"},
    }  # fmt: skip


def test_every_entry_knows_its_line(tmp_path: Path) -> None:
    document = read_document(written(tmp_path, "title: x\narms:\n  a:\n    dose: 1\ndays:\n  - 1\n  - 2\n"))
    assert document.where("arms", "a", "dose").endswith("study.yaml:4")
    assert document.where("days", 1).endswith("study.yaml:7")
    assert document.where("arms", "a", "absent").endswith("study.yaml:3")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: x\n arms: 3\n", r"study.yaml:2: malformed YAML"),
        ("title: [1, 2\ndays: 3\n", r"study.yaml:2: malformed YAML"),
        ("title: 'x\n", r"study.yaml:2: malformed YAML"),
        ("title: x\narms: {}\ntitle: y\n", r"study.yaml:3: 'title' is given twice, first in line 1"),
        ("- a\n- b\n", r"study.yaml: is not a mapping"),
        ("", r"study.yaml: is not a mapping"),
        ("? [a, b]\n: 1\n", r"study.yaml:1: malformed YAML: a name must be one word"),
    ],
)
def test_malformed_yaml_is_refused_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_document(written(tmp_path, text))


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_document(path)
    with pytest.raises(BadInput, match=r"absent.yaml: cannot be read"):
        read_document(tmp_path / "absent.yaml")


def test_content_that_fits_its_schema_is_returned(tmp_path: Path) -> None:
    study = checked(read_document(written(tmp_path, "title: x\narms:\n  a: {dose: 2}\n")), Study)
    assert study.arms["a"].dose == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arms: {}\n", r"study.yaml:1: 'title' is missing in the document"),
        ("title: x\narms:\n  a:\n    route: intravenous\n", r"study.yaml:3: 'dose' is missing in arms.a"),
        ("title: x\narms:\n  a:\n    dose: 1\n    rout: x\n", r"yaml:5: unknown entry '.*rout'; did you mean 'route'"),
        ("title: x\narms:\n  a:\n    dose: much\n", r"study.yaml:4: arms.a.dose: .*valid number.*, not 'much'"),
        ("title: x\narms:\n  a:\n    dose: 1\n    route: oral\n", r":5: arms.a.route: unknown 'oral'; .*known: sub"),
    ],
)  # fmt: skip
def test_content_that_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        checked(read_document(written(tmp_path, text)), Study)


def test_all_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        checked(read_document(written(tmp_path, "titel: x\ndays: [a]\n")), Study)
    assert all(text in str(caught.value) for text in ("'title' is missing", "unknown entry 'titel'", "days.0"))
