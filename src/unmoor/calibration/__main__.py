"""Run a calibration: `python -m unmoor.calibration NAME` prints it, `--write` keeps the values and the page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from unmoor.base.errors import UnmoorError
from unmoor.base.files import write_whole
from unmoor.calibration.estimate import calibrate
from unmoor.calibration.plan import load_plan
from unmoor.calibration.report import page, summary
from unmoor.calibration.tables import write_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the calibration named on the command line; 0 when done, 2 when the input cannot be meant."""
    parser = argparse.ArgumentParser(prog="python -m unmoor.calibration", description=__doc__)
    parser.add_argument("name", help="a calibration of the library, or a YAML file")
    parser.add_argument("--write", action="store_true", help="write the values into the library's parameter tables")
    parser.add_argument("--page", type=Path, help="write the whole report as Markdown to this file")
    given = parser.parse_args(arguments)
    try:
        fit = calibrate(load_plan(given.name), progress=lambda text: print(text, file=sys.stderr, flush=True))
        print(summary(fit))
        if given.write:
            print("\n".join(f"wrote {path}" for path in write_tables(fit)))
        if given.page:
            before = given.page.read_text(encoding="utf-8") if given.page.is_file() else ""
            print(f"wrote {write_whole(given.page, page(fit, before))}")
    except UnmoorError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
