"""How an integration ended, as a code with a sentence; a failure is data, never an exception half-way."""

from __future__ import annotations

from enum import IntEnum

from unmoor.engine import task


class Status(IntEnum):
    """The end of one patient's integration; `sentence` says what it means and the usual cause."""

    OK = task.OK
    TOO_SMALL_STEP = task.TOO_SMALL_STEP
    TOO_MANY_STEPS = task.TOO_MANY_STEPS
    UNSTABLE = task.UNSTABLE
    BAD_START = 4
    NO_STEADY_STATE = 5
    DOSES_NOT_STEADY = 6
    BAD_EVENT = 7

    @property
    def sentence(self) -> str:
        """What happened, in words for a table."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.OK: "integrated to the end",
    Status.TOO_SMALL_STEP: "the step became too small to move on: a discontinuity or an extreme rate",
    Status.TOO_MANY_STEPS: "the allowed number of steps was used up: very fast rates or oscillations",
    Status.UNSTABLE: "a rate or state stopped being a finite number: a division by zero or an overflow",
    Status.BAD_START: "the initial state is not a finite number: check the parameters it is computed from",
    Status.NO_STEADY_STATE: "no stable steady state was found near the start: check the rates that must balance",
    Status.DOSES_NOT_STEADY: "repeated doses (SS) lead to no steady state: more enters than is removed, or rates swing",
    Status.BAD_EVENT: "an event has a negative delay, assigns no finite number, or sets off others without end",
}
