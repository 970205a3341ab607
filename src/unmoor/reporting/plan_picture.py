"""The curves of one patient's plan as a picture file, for a page that is not the plan's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.reporting.plan_page import plan_curves


def plan_picture(plan: Any, to: str | os.PathLike[str]) -> Path:
    """Write CD34+ cells in blood, measured and expected under the options of a plan, as an SVG file; its path.

    Raises BadInput for a file that is no SVG file, UnmoorError naming the path when it cannot be written.
    """
    target = Path(to)
    if target.suffix.lower() != ".svg":
        raise BadInput(f"a plan's picture is SVG, not '{target.name}'", todo="name a file that ends in .svg")
    text = plan_curves(plan).wide
    if "xmlns=" not in text.partition(">")[0]:
        text = text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return write_whole(target, text)
