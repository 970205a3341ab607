"""One picture of a simulated study as a file: its first output, an arm a panel, published values on top."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from unmoor.base.curves_summary import curves_summary
from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.figures.curves import paint
from unmoor.reporting.figures.drawing import STYLE, WIDE
from unmoor.reporting.sections.curves import QUANTILES, bands_of, sessions_of
from unmoor.reporting.table import pretty, unit

FORMATS = (".png", ".svg")


def study_picture(study: Any, result: Any, to: str | os.PathLike[str]) -> Path:
    """Draw the study's first output (median and bands of patients, arm by arm) into a PNG or SVG file.

    Returns the path. Raises BadInput for another format.
    """
    target = Path(to)
    if target.suffix.lower() not in FORMATS:
        raise BadInput(f"no picture in format '{target.suffix}'", todo=f"end the name in {', '.join(FORMATS)}")
    import matplotlib

    first = next(iter(study.outputs))
    summary = curves_summary(result, QUANTILES)
    part = summary[summary["output"] == first]
    style: Any = STYLE | {"figure.facecolor": "white", "savefig.dpi": 80, "svg.fonttype": "path"}
    with matplotlib.rc_context(style):
        text = f"{pretty(part['label'].iloc[0])}, {unit(part['unit'].iloc[0]) or 'no unit'}"
        figure = paint(WIDE, text, bands_of(study, result, part), sessions_of(study))
        stream = io.BytesIO()
        suffix = target.suffix[1:].lower()
        figure.savefig(stream, format=suffix, metadata={"Date": None} if suffix == "svg" else {"Software": None})
    return write_whole(target, stream.getvalue())
