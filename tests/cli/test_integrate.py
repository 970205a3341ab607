from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unmoor import load_model
from unmoor.base.errors import BadInput
from unmoor.cli.integrate import values_of
from unmoor.engine import integrate

DOSE = "plerixafor 0.24 mg/kg sc once"


def test_the_table_is_what_the_verb_gives(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    import pandas as pd

    file = tmp_path / "curve.csv"
    answer = unmoor("integrate", "plerixafor_pk", "--dose", DOSE, "--hours", 12, "--to", file)
    assert (answer.exit_code, answer.stdout) == (0, f"{file}\n")
    table = pd.read_csv(file)
    curves = integrate(load_model("plerixafor_pk"), DOSE, hours=12)
    assert table.columns[0] == "time (h)"
    np.testing.assert_allclose(table["time (h)"], curves["time"])
    np.testing.assert_allclose(table["plerixafor_concentration (ng/mL)"], curves["plerixafor_concentration"])


def test_without_a_file_the_course_is_printed(unmoor: Callable[..., Any]) -> None:
    answer = unmoor("integrate", "plerixafor_pk", "--dose", DOSE, "--hours", 12, "--output", "plerixafor.concentration")
    line = next(line for line in answer.stdout.splitlines() if "plerixafor" in line)
    curve = integrate(load_model("plerixafor_pk"), DOSE, hours=12)["plerixafor_concentration"]
    name, unit, start, peak, hour, end = line.split()
    assert (name, unit) == ("plerixafor.concentration", "ng/mL")
    assert [float(start), float(peak), float(end)] == pytest.approx(
        [float(curve[0]), float(curve.max()), float(curve[-1])], rel=1e-3
    )
    assert float(hour) == pytest.approx(float(curve["time"][int(curve.values.argmax())]))


def test_values_change_the_patient(unmoor: Callable[..., Any]) -> None:
    def peak(*words: str) -> float:
        answer = unmoor("integrate", "plerixafor_pk", "--dose", "plerixafor 20 mg sc once", "--hours", 12, *words)
        return float(next(line for line in answer.stdout.splitlines() if "concentration" in line).split()[3])

    assert peak("--set", "plerixafor_bioavailability=0.4") < peak()


def test_a_picture_is_drawn(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "curve.png"
    assert unmoor("integrate", "plerixafor_pk", "--dose", DOSE, "--to", file).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--to", "curve.xls"), "no output in format '.xls'"),
        (("--set", "weight"), "cannot read 'weight'"),
        (("--set", "wieght=80"), "did you mean 'weight'?"),
        (("--dose", "plerixafor 0.24 mg/kg orally once"), "orally"),
        (("--hours", "-3"), "not a span of time"),
        (("--output", "nobody"), "unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused(unmoor: Callable[..., Any], words: tuple[str, ...], message: str) -> None:
    answer = unmoor("integrate", "plerixafor_pk", *words)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert answer.stdout == ""


def test_values_are_names_and_numbers() -> None:
    assert values_of(["weight = 80", "a=1e3"]) == {"weight": 80.0, "a": 1000.0}
    for text in ("weight", "=3", "a=b", ""):
        with pytest.raises(BadInput, match="write it like weight=82"):
            values_of([text])
