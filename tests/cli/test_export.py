from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unmoor import load_model
from unmoor.engine import integrate

DOSE = "plerixafor 0.24 mg/kg sc once"


def test_an_exported_model_is_the_model(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "pk.xml"
    answer = unmoor("export", "plerixafor_pk", "--to", file)
    assert (answer.exit_code, answer.stdout) == (0, f"{file}\n")
    model = load_model("plerixafor_pk")
    here, there = integrate(model, hours=5, outputs=["plerixafor_central"]), load_model(file)
    again = integrate(there, hours=5, outputs=["plerixafor_central"])
    np.testing.assert_allclose(again["plerixafor_central"], here["plerixafor_central"])


@pytest.mark.parametrize("suffix", [".xml", ".ant"])
def test_both_formats_are_written(unmoor: Callable[..., Any], tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"model{suffix}"
    assert unmoor("export", "mobilisation", "--to", file).exit_code == 0
    text = file.read_text()
    assert text.lstrip().startswith("<?xml" if suffix == ".xml" else "//")
    assert "plerixafor_central" in text


def test_another_format_is_refused(unmoor: Callable[..., Any], tmp_path: Path) -> None:
    answer = unmoor("export", "mobilisation", "--to", tmp_path / "model.m")
    assert answer.exit_code == 2
    assert ".xml" in answer.stderr
    assert list(tmp_path.iterdir()) == []
