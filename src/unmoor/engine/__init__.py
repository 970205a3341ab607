"""Belongs here if it turns a model's equations into machine code or moves patients through time with it."""

from unmoor.engine.integrate import integrate
from unmoor.engine.outcome import Status
from unmoor.engine.sensitivities import sensitivities
from unmoor.engine.simulator import Simulator, Snapshot

__all__ = ["Simulator", "Snapshot", "Status", "integrate", "sensitivities"]
