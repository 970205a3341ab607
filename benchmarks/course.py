"""What a peer needs of a cohort: start vectors, parameter vectors, and the stretches between events as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import two_models
from equations import Equations


@dataclass(frozen=True)
class Course:
    """Patients' vectors, and for each stretch between events where it runs and what happens at its start.

    `first` and `last` (stretch,) are places in TIMES; at its start `amount` (patient, stretch) enters state `enters`
    (stretch,) or, where that is -1, parameter `sets` (stretch,) becomes `amount`.
    """

    equations: Equations
    y: np.ndarray
    p: np.ndarray
    first: np.ndarray
    last: np.ndarray
    enters: np.ndarray
    sets: np.ndarray
    amount: np.ndarray
    outputs: np.ndarray

    @classmethod
    def of(cls, cohort: two_models.Cohort) -> Course:
        """All events of the two models lie on the grid of outputs, one at a time, the first at its start."""
        equations, values, events = Equations.of(cohort.model), cohort.values, cohort.events
        states = list(cohort.model.states)
        each = len(events) // len(cohort)
        times, targets = events.time[:each], [events.names[k] for k in events.target[:each]]
        first = np.searchsorted(two_models.TIMES, times)
        assert np.array_equal(two_models.TIMES[first], times)
        assert times[0] == 0.0
        return cls(
            equations,
            y=np.stack([values[name] for name in states], axis=1),
            p=np.stack([values[name] for name in equations.parameters], axis=1),
            first=first,
            last=np.append(first[1:], len(two_models.TIMES) - 1),
            enters=np.array([states.index(name) if name in states else -1 for name in targets]),
            sets=np.array([-1 if name in states else equations.parameters.index(name) for name in targets]),
            amount=np.ascontiguousarray(events.value.reshape(len(cohort), each)),
            outputs=np.array([states.index(name) for name in two_models.OUTPUTS]),
        )
