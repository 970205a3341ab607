"""One picture of the curves that `integrate` gave, as a file: PNG, SVG or PDF."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.figures.drawing import COLOURS, STYLE, WIDE
from unmoor.reporting.table import pretty, unit

if TYPE_CHECKING:
    import xarray as xr

FORMATS = (".png", ".svg", ".pdf")
MOST = 24


def picture(curves: xr.Dataset, to: str | os.PathLike[str], *, title: str = "") -> Path:
    """Draw every variable of `curves` (axis time in h, and patient if there is one) into a file and return its path.

    Raises BadInput for a format other than PNG, SVG or PDF, or for more than 24 variables.
    """
    target = Path(to)
    if target.suffix.lower() not in FORMATS:
        raise BadInput(f"no picture in format '{target.suffix}'", todo=f"end the name in {', '.join(FORMATS)}")
    names = [str(name) for name in curves.data_vars if "time" in curves[name].dims]
    if not 0 < len(names) <= MOST:
        raise BadInput(f"{len(names)} curves for one picture", todo=f"choose 1 to {MOST} outputs")
    import matplotlib

    style: Any = STYLE | {"figure.facecolor": "white", "savefig.dpi": 160, "svg.fonttype": "path"}
    with matplotlib.rc_context(style):
        figure = _paint(curves, names, title)
        stream = io.BytesIO()
        figure.savefig(stream, format=target.suffix[1:].lower(), metadata=_metadata(target.suffix.lower()))
    return write_whole(target, stream.getvalue())


def _metadata(suffix: str) -> dict[str, Any]:
    """No date in the file: the same curves give the same bytes."""
    return {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(suffix, {})


def _paint(curves: xr.Dataset, names: list[str], title: str) -> Any:
    from matplotlib.figure import Figure

    columns = 1 if len(names) == 1 else 2
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(WIDE if columns > 1 else 0.7 * WIDE, 0.6 + 2.2 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    hours = np.asarray(curves["time"].values, dtype=float)
    days = hours[-1] - hours[0] > 96
    for axes, name in zip(panels, names, strict=False):
        values = curves[name].transpose("time", ...).values.reshape(len(hours), -1)
        axes.plot(
            hours / 24 + 1 if days else hours, values, color=COLOURS[0], linewidth=1.3, alpha=_ink(values.shape[1])
        )
        axes.set_ylim(*_limits(values))
        declared = unit(curves[name].attrs.get("units", ""))
        axes.set_title(f"{name}, {declared}" if declared else name, fontsize=8.5)
        axes.set_xlabel("day" if days else "hour", loc="right")
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    if title:
        figure.suptitle(pretty(title), x=0.012, ha="left", fontsize=10)
    return figure


def _limits(values: Any) -> tuple[float, float]:
    """From zero where nothing is negative, so that rounding in a constant does not look like a wave."""
    low, high = float(np.nanmin(values, initial=0.0)), float(np.nanmax(values, initial=0.0))
    if max(abs(low), abs(high)) < 1e-12:
        return 0.0, 1.0
    return (0.0 if low > -1e-9 * high else 1.08 * low), (1.08 * high if high > 0 else 0.0)


def _ink(patients: int) -> float:
    """How opaque one of so many lines is."""
    return min(1.0, max(0.08, 3 / patients**0.5))
