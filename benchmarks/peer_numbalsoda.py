"""numbalsoda: LSODA in C++, the right-hand side and the loop over patients compiled by Numba."""

from __future__ import annotations

import numpy as np
import two_models
from course import Course


class NumbaLsoda:
    """Everything compiled; no Python between patients or stretches."""

    name, package = "numbalsoda", "numbalsoda"

    def __init__(self, cohort: two_models.Cohort) -> None:
        import numba
        from numbalsoda import lsoda, lsoda_sig

        self.course = Course.of(cohort)
        fill = numba.njit(self.course.equations.function("fill", "fill"), error_model="numpy")
        rows, columns = self.course.y.shape[1], self.course.p.shape[1]

        @numba.cfunc(lsoda_sig, error_model="numpy")
        def slopes(t, y, f, p):  # type: ignore[no-untyped-def]
            fill(t, numba.carray(y, rows), numba.carray(p, columns), numba.carray(f, rows))

        @numba.njit(error_model="numpy", nogil=True)
        def loop(address, ys, ps, first, last, enters, sets, amount, outputs, times, rtol, atol, curves):  # type: ignore[no-untyped-def]
            for patient in range(curves.shape[0]):
                y, p = ys[patient].copy(), ps[patient].copy()
                for k in range(first.size):
                    if enters[k] >= 0:
                        y[enters[k]] += amount[patient, k]
                    else:
                        p[sets[k]] = amount[patient, k]
                    found, good = lsoda(address, y, times[first[k] : last[k] + 1], p, rtol, atol, 100_000)
                    if not good:
                        curves[patient] = np.nan
                        break
                    for o in range(outputs.size):
                        curves[patient, o, first[k] : last[k] + 1] = found[:, outputs[o]]
                    y = found[-1].copy()

        self.slopes, self.loop = slopes, loop
        self.run(1, 1e-3, 1e-5)

    def run(self, patients: int, rtol: float, atol: float) -> np.ndarray:
        """Curves (patient, output, time)."""
        c = self.course
        curves = np.empty((patients, len(two_models.OUTPUTS), len(two_models.TIMES)))
        self.loop(
            self.slopes.address, c.y, c.p, c.first, c.last, c.enters, c.sets, c.amount, c.outputs, two_models.TIMES,
            rtol, atol, curves,
        )  # fmt: skip
        return curves
