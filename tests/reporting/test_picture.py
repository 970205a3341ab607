from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unmoor import load_model
from unmoor.base.errors import BadInput
from unmoor.engine import integrate
from unmoor.reporting import picture

STARTS = {".png": b"\x89PNG\r\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}


@pytest.fixture(scope="module")
def curves() -> Any:
    chosen = ["plerixafor_concentration"]
    return integrate(load_model("plerixafor_pk"), "plerixafor 0.24 mg/kg sc once", hours=24, outputs=chosen)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_each_format_is_what_it_says(curves: Any, tmp_path: Path, suffix: str) -> None:
    path = picture(curves, tmp_path / f"curve{suffix}", title="one dose")
    content = path.read_bytes()
    assert content.startswith(STARTS[suffix])
    assert len(content) > 2000
    assert picture(curves, tmp_path / f"again{suffix}", title="one dose").stat().st_size == len(content)


def test_many_patients_are_drawn(curves: Any, tmp_path: Path) -> None:
    import xarray as xr

    many = xr.concat([curves * factor for factor in (0.5, 1.0, 2.0, 4.0)], dim="patient")
    one, four = (picture(each, tmp_path / "some.svg").read_text() for each in (curves, many))
    assert (one.count("stroke: #1c5d8f"), four.count("stroke: #1c5d8f")) == (1, 4)


def test_what_cannot_be_drawn_is_refused(curves: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no picture in format '\.gif'"):
        picture(curves, tmp_path / "curve.gif")
    with pytest.raises(BadInput, match="0 curves"):
        picture(curves.drop_vars(list(curves.data_vars)), tmp_path / "curve.png")
    many = curves.assign({f"copy{k}": curves[next(iter(curves.data_vars))] for k in range(30)})
    with pytest.raises(BadInput, match="choose 1 to 24"):
        picture(many, tmp_path / "curve.png")
    assert list(tmp_path.iterdir()) == []


def test_rounding_in_a_constant_is_no_wave(tmp_path: Path, curves: Any) -> None:
    from unmoor.reporting.picture import _limits

    assert _limits(np.array([3.9, 3.9 + 1e-14])) == pytest.approx((0.0, 3.9 * 1.08))
    assert _limits(np.array([-1e-38, 1e-38])) == (0.0, 1.0)
    assert _limits(np.array([-2.0, 1.0])) == pytest.approx((-2.16, 1.08))
