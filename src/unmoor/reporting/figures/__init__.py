"""Belongs here if it draws one kind of picture from numbers handed to it: timeline, curves, incidence, comparison."""

from unmoor.reporting.figures.cloud import Cloud, Point, cloud
from unmoor.reporting.figures.comparison import Pair, comparison
from unmoor.reporting.figures.curves import Bands, curves
from unmoor.reporting.figures.decision_grid import decision_grid
from unmoor.reporting.figures.drawing import COLOURS, DASHES, NEUTRAL, Drawing, arm_colours, response_colours
from unmoor.reporting.figures.escalation import Chosen, Path, escalation
from unmoor.reporting.figures.forest import Group, Span, forest
from unmoor.reporting.figures.grades import Graded, grades
from unmoor.reporting.figures.incidence import Steps, incidence
from unmoor.reporting.figures.indices import Ranking, Share, indices
from unmoor.reporting.figures.matrix import matrix
from unmoor.reporting.figures.mobilisation import Mobilised, mobilisation
from unmoor.reporting.figures.operating import Shares, operating
from unmoor.reporting.figures.overlays import Panel, overlays
from unmoor.reporting.figures.pathways import Branch, pathway_tree
from unmoor.reporting.figures.profiles import Valley, profiles
from unmoor.reporting.figures.survival import Median, Survival, survival
from unmoor.reporting.figures.swimmer import Sign, Swimmer, swimmers
from unmoor.reporting.figures.timeline import ArmLanes, Lane, Mark, timeline
from unmoor.reporting.figures.waterfall import Change, Threshold, waterfall

__all__ = [
    "Drawing", "COLOURS", "DASHES", "NEUTRAL", "arm_colours", "response_colours",
    "ArmLanes", "Lane", "Mark", "timeline",
    "Bands", "curves",
    "Panel", "overlays",
    "Steps", "incidence",
    "Pair", "comparison",
    "Shares", "operating",
    "Branch", "pathway_tree",
    "Point", "Cloud", "cloud",
    "Span", "Group", "forest",
    "matrix",
    "Valley", "profiles",
    "Share", "Ranking", "indices",
    "decision_grid",
    "Sign", "Swimmer", "swimmers",
    "Change", "Threshold", "waterfall",
    "Survival", "Median", "survival",
    "Path", "Chosen", "escalation",
    "Mobilised", "mobilisation",
    "Graded", "grades",
]  # fmt: skip
