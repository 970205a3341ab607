"""unmoor through its own Simulator, as the other engines are called."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import two_models

from unmoor.engine import Simulator, Status


class Unmoor:
    """Kernel and driver loaded; parameters and events at hand, as they are for the peers."""

    name, package = "unmoor", "unmoor"

    def __init__(self, cohort: two_models.Cohort) -> None:
        self.simulator = Simulator(cohort.model, two_models.OUTPUTS)
        self.parameters, self.events = cohort.parameters, cohort.events

    def run(self, patients: int, rtol: float, atol: float, threads: int = 1) -> np.ndarray:
        """Curves (patient, output, time)."""
        start = self.simulator.begin({name: column[:patients] for name, column in self.parameters.items()})
        events = self.events.of(slice(0, patients))
        curves, last = self.simulator.advance(
            start, events, two_models.HOURS, two_models.TIMES, rtol=rtol, atol=atol, closed=True, threads=threads
        )
        assert (last.status == Status.OK).all()
        return curves


def stream(name: str, patients: int, chunk: int, rtol: float, atol: float, threads: int) -> Iterator[np.ndarray]:
    """Curves of a population in pieces of at most `chunk` patients; no two pieces are held at once."""
    for first in range(0, patients, chunk):
        count = min(chunk, patients - first)
        yield Unmoor(two_models.cohort(name, count, first)).run(count, rtol, atol, threads)
