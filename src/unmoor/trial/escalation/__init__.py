"""Belongs here if it runs dose-finding designs on a study's own patients: what limits the dose, who is given which."""

from typing import TYPE_CHECKING

from unmoor.base.lazy import import_on_use

_HOME = {
    "escalate": "unmoor.trial.escalation.escalation",
    "Escalation": "unmoor.trial.escalation.escalation",
    "compare_designs": "unmoor.trial.escalation.compare",
    "DesignComparison": "unmoor.trial.escalation.compare",
    "NamedDesign": "unmoor.trial.escalation.plan",
    "levels_only": "unmoor.trial.escalation.toxicity",
    "build_design": "unmoor.trial.escalation.build",
}
__all__ = [
    "escalate",
    "Escalation",
    "compare_designs",
    "DesignComparison",
    "NamedDesign",
    "levels_only",
    "build_design",
]

if TYPE_CHECKING:
    from unmoor.trial.escalation.build import build_design
    from unmoor.trial.escalation.compare import DesignComparison, compare_designs
    from unmoor.trial.escalation.escalation import Escalation, escalate
    from unmoor.trial.escalation.plan import NamedDesign
    from unmoor.trial.escalation.toxicity import levels_only

import_on_use(__name__, _HOME)
