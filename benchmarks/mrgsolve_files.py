"""Write the two models, their patients, doses and reference curves for mrgsolve.R.

    python benchmarks/mrgsolve_files.py out/mrgsolve

Where R has mrgsolve: Rscript benchmarks/mrgsolve.R out/mrgsolve
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import two_models
from course import Course
from peer_scipy import SciPy

MODELS = ("mobilisation_20", "receptors_39")
PATIENTS, JUDGED = 200, 40


def code(course: Course) -> str:
    """The model in mrgsolve's language; what events set is a compartment at rest, so that a record can replace it."""
    equations, switch = course.equations, _switch(course)
    helpers, slopes = equations.lines(power="pow({0}, {1})", state="x")  # C has functions y0 and y1
    parameters = [k for k in equations.used()[1] if k != switch]
    lines = ["$PARAM", *(f"p{k} = 0" for k in parameters), *(f"s{k} = 0" for k in range(len(slopes)))]
    lines += ["$CMT", *(f"x{k}" for k in range(len(slopes))), f"p{switch}"]
    lines += ["$MAIN", *(f"x{k}_0 = s{k};" for k in range(len(slopes)))]
    lines += ["$ODE", *(f"double {line};" for line in helpers)]
    lines += [*(f"dxdt_x{k} = {slope};" for k, slope in enumerate(slopes)), f"dxdt_p{switch} = 0;"]
    return "\n".join(lines) + "\n"


def patients(course: Course) -> pd.DataFrame:
    """One row a patient: parameters and initial states."""
    columns = {"ID": np.arange(1, len(course.y) + 1)}
    columns |= {f"p{k}": course.p[:, k] for k in course.equations.used()[1] if k != _switch(course)}
    columns |= {f"s{k}": course.y[:, k] for k in range(course.y.shape[1])}
    return pd.DataFrame(columns)


def doses(course: Course) -> pd.DataFrame:
    """Event records: evid 1 adds to a compartment, evid 8 replaces its amount."""
    count, each = course.amount.shape
    into = np.where(course.enters >= 0, course.enters + 1, course.y.shape[1] + 1)
    return pd.DataFrame({
        "ID": np.repeat(np.arange(1, count + 1), each),
        "time": np.tile(two_models.TIMES[course.first], count),
        "evid": np.tile(np.where(course.enters >= 0, 1, 8), count),
        "cmt": np.tile(into, count),
        "amt": course.amount.ravel(),
    })  # fmt: skip


def _switch(course: Course) -> int:
    (found,) = {int(k) for k in course.sets if k >= 0}
    return found


def write(folder: Path, judged: int = JUDGED, count: int = PATIENTS) -> None:
    """All files, numbers in full."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        cohort = two_models.cohort(name, count)
        course = Course.of(cohort)
        (folder / f"{name}.cpp").write_text(code(course), encoding="utf-8")
        patients(course).to_csv(folder / f"{name}_patients.csv", index=False, float_format="%.17g")
        doses(course).to_csv(folder / f"{name}_doses.csv", index=False, float_format="%.17g")
        curves = SciPy(cohort).run(judged, 1e-10, 1e-12)
        flat = {f"x{state}": curves[:, k].ravel() for k, state in enumerate(course.outputs)}
        labels = {"ID": np.repeat(np.arange(1, judged + 1), len(two_models.TIMES))}
        pd.DataFrame(labels | flat).to_csv(folder / f"{name}_reference.csv", index=False, float_format="%.17g")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)
