"""diffrax on the processor: Kvaerno5, patients side by side by vmap, stretches between events by lax.scan."""

from __future__ import annotations

import numpy as np
import two_models
from course import Course


class Diffrax:
    """All patients in one compiled call; stretches are padded to the longest, for shapes must be known beforehand."""

    name, package = "diffrax Kvaerno5", "diffrax"

    def __init__(self, cohort: two_models.Cohort) -> None:
        import jax

        jax.config.update("jax_enable_x64", True)
        import diffrax
        import jax.numpy as jnp

        self.course = course = Course.of(cohort)
        slopes = course.equations.function("slopes", "tuple")
        longest = int((course.last - course.first).max()) + 1
        places = np.minimum(course.first[:, None] + np.arange(longest), course.last[:, None])
        grids = jnp.asarray(two_models.TIMES[places])
        enters, sets = jnp.asarray(course.enters), jnp.asarray(course.sets)
        outputs = jnp.asarray(course.outputs)
        term = diffrax.ODETerm(lambda t, y, p: jnp.stack(slopes(t, y, p)))  # type: ignore[arg-type]

        def stretch(tolerances, carry, given):  # type: ignore[no-untyped-def]
            (y, p), (grid, into, which, amount) = carry, given
            y = jnp.where(jnp.arange(y.size) == into, y + amount, y)
            p = jnp.where(jnp.arange(p.size) == which, amount, p)
            found = diffrax.diffeqsolve(
                term, diffrax.Kvaerno5(), grid[0], grid[-1], 1e-3, y, p,
                saveat=diffrax.SaveAt(ts=grid, t1=True, fn=lambda t, y, p: y), max_steps=100_000, throw=False,
                stepsize_controller=diffrax.PIDController(rtol=tolerances[0], atol=tolerances[1]),
            )  # fmt: skip
            return (found.ys[-1], p), found.ys[:, outputs]

        def one(y, p, amount, tolerances):  # type: ignore[no-untyped-def]
            given = (grids, enters, sets, amount)
            _, seen = jax.lax.scan(lambda carry, each: stretch(tolerances, carry, each), (y, p), given)
            return seen

        self.solve = jax.jit(jax.vmap(one, in_axes=(0, 0, 0, None)))
        self.places = places
        self.patients = len(course.y)
        self.run(self.patients, 1e-3, 1e-5)

    def run(self, patients: int, rtol: float, atol: float) -> np.ndarray:
        """Curves (patient, output, time); always of as many patients as were compiled for."""
        assert patients == self.patients, "diffrax compiles for one number of patients"
        course = self.course
        seen = np.asarray(self.solve(course.y, course.p, course.amount, np.array([rtol, atol])))
        curves = np.empty((patients, len(two_models.OUTPUTS), len(two_models.TIMES)))
        for k in range(len(course.first)):
            count = course.last[k] - course.first[k] + 1
            curves[:, :, course.first[k] : course.last[k] + 1] = seen[:, k, :count].transpose(0, 2, 1)
        return curves
