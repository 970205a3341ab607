from __future__ import annotations

import pytest

from unmoor.cli.rows import origin, print_rows, spread
from unmoor.model import Row

VOLUME = Row("volume", "constant", 12.0, "L", "lognormal", 25.0, None, None, "a2000 X1", "human in vivo", "at 70\nkg")


def test_rows_with_a_number_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("number", [VOLUME, Row("state", "state", None, "nmol")])
    text = capsys.readouterr().out
    assert "volume" in text
    assert "12" in text
    assert "lognormal CV 25%" in text
    assert "state" not in text
    print_rows("number", [])
    assert capsys.readouterr().out == ""


def test_where_a_number_comes_from_is_said_once() -> None:
    assert origin(VOLUME) == "a2000 X1; human in vivo; at 70 kg"
    assert origin(Row("a", "constant", 1.0, "L", source="assumed", evidence="assumed")) == "assumed"


def test_spreads() -> None:
    assert spread(Row("a", "constant", 1.0, "L", "normal", 0.5, 0.0, 2.0)) == "normal SD 0.5, 0 to 2"
    assert spread(Row("a", "constant", 1.0, "L", "uniform", None, 0.5, 2.0)) == "uniform, 0.5 to 2"
    assert spread(Row("a", "constant", 1.0, "L")) == ""
