"""Belongs here if it plans or reads a phase II trial: two stages, futility, group sequential bounds, events."""

from unmoor.trial.phase_two.bop2 import Bop2, bop2
from unmoor.trial.phase_two.group_sequential import Bounds, lan_demets, obrien_fleming, pocock
from unmoor.trial.phase_two.looks import binomial_looks
from unmoor.trial.phase_two.proportion_looks import proportion_looks
from unmoor.trial.phase_two.simon import TwoStage, minimax_two_stage, optimal_two_stage
from unmoor.trial.phase_two.survival_size import SurvivalSize, hazard_ratio_at_looks, survival_size

__all__ = [
    "TwoStage", "optimal_two_stage", "minimax_two_stage",
    "Bop2", "bop2", "binomial_looks",
    "Bounds", "obrien_fleming", "pocock", "lan_demets", "proportion_looks",
    "SurvivalSize", "survival_size", "hazard_ratio_at_looks",
]  # fmt: skip
