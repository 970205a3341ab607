"""SciPy's LSODA (odeint, the loop in compiled code) with the right-hand side compiled by Numba."""

from __future__ import annotations

import numpy as np
import two_models
from course import Course


class SciPy:
    """One patient after another, one call of odeint for each stretch between events."""

    name, package = "SciPy LSODA", "scipy"

    def __init__(self, cohort: two_models.Cohort) -> None:
        import numba

        self.course = Course.of(cohort)
        fill = numba.njit(self.course.equations.function("fill", "fill"), error_model="numpy")

        @numba.njit(error_model="numpy")
        def slopes(t, y, p):  # type: ignore[no-untyped-def]
            f = np.empty(y.size)
            fill(t, y, p, f)
            return f

        self.slopes = slopes
        slopes(0.0, self.course.y[0], self.course.p[0])

    def run(self, patients: int, rtol: float, atol: float) -> np.ndarray:
        """Curves (patient, output, time)."""
        from scipy.integrate import odeint

        course, times = self.course, two_models.TIMES
        curves = np.empty((patients, len(two_models.OUTPUTS), len(times)))
        for patient in range(patients):
            y, p = course.y[patient].copy(), course.p[patient].copy()
            for k, (first, last) in enumerate(zip(course.first, course.last, strict=True)):
                if course.enters[k] >= 0:
                    y[course.enters[k]] += course.amount[patient, k]
                else:
                    p[course.sets[k]] = course.amount[patient, k]
                found = odeint(
                    self.slopes, y, times[first : last + 1], (p,), tfirst=True, rtol=rtol, atol=atol, mxstep=100_000
                )
                curves[patient][:, first : last + 1] = found[:, course.outputs].T
                y = found[-1].copy()
        return curves
