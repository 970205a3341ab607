"""Belongs here if it says how a trial is designed, run, reacted to or read: study, protocol, endpoint, statistic."""

from typing import TYPE_CHECKING

from unmoor.base.lazy import import_on_use

_HOME = {
    "load_study": "unmoor.trial.study_reading",
    "Study": "unmoor.trial.study",
    "simulate": "unmoor.trial.simulate",
    "Interrupted": "unmoor.trial.simulate",
    "CannotWrite": "unmoor.trial.simulate",
    "resume": "unmoor.trial.resume",
    "unfinished": "unmoor.trial.unfinished",
    "Unfinished": "unmoor.trial.unfinished",
    "evaluate": "unmoor.trial.evaluate",
    "curves_summary": "unmoor.base.curves_summary",
    "reproduce": "unmoor.trial.reproduction",
    "agreement": "unmoor.trial.agreement",
    "escalate": "unmoor.trial.escalation",
    "Escalation": "unmoor.trial.escalation",
    "compare_designs": "unmoor.trial.escalation",
    "DesignComparison": "unmoor.trial.escalation",
    "NamedDesign": "unmoor.trial.escalation",
    "levels_only": "unmoor.trial.escalation",
    "build_design": "unmoor.trial.escalation",
    "designs": "unmoor.trial",
    "dose_finding": "unmoor.trial",
    "phase_two": "unmoor.trial",
    "adam_data": "unmoor.trial.adam",
    "Adam": "unmoor.trial.adam",
    "write_adam": "unmoor.trial.adam",
}
__all__ = [
    "load_study",
    "Study",
    "simulate",
    "Interrupted",
    "CannotWrite",
    "resume",
    "unfinished",
    "Unfinished",
    "evaluate",
    "curves_summary",
    "reproduce",
    "agreement",
    "escalate",
    "Escalation",
    "compare_designs",
    "DesignComparison",
    "NamedDesign",
    "levels_only",
    "build_design",
    "designs",
    "dose_finding",
    "phase_two",
    "adam_data",
    "Adam",
    "write_adam",
]

if TYPE_CHECKING:
    from unmoor.base.curves_summary import curves_summary
    from unmoor.trial import designs, dose_finding, phase_two
    from unmoor.trial.adam import Adam, adam_data, write_adam
    from unmoor.trial.agreement import agreement
    from unmoor.trial.escalation import (
        DesignComparison,
        Escalation,
        NamedDesign,
        build_design,
        compare_designs,
        escalate,
        levels_only,
    )
    from unmoor.trial.evaluate import evaluate
    from unmoor.trial.reproduction import reproduce
    from unmoor.trial.resume import resume
    from unmoor.trial.simulate import CannotWrite, Interrupted, simulate
    from unmoor.trial.study import Study
    from unmoor.trial.study_reading import load_study
    from unmoor.trial.unfinished import Unfinished, unfinished

import_on_use(__name__, _HOME)
