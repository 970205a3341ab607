"""unmoor simulates CXCR4-axis therapy from molecule to trial; public names in pipeline order, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unmoor.base.lazy import import_on_use

__version__ = "0.1.0"

_HOME = {
    "load_model": "unmoor.model",
    "load_study": "unmoor.trial",
    "Regimen": "unmoor.dosing",
    "load_drug": "unmoor.dosing",
    "integrate": "unmoor.engine",
    "sensitivities": "unmoor.engine",
    "sample": "unmoor.population",
    "simulate": "unmoor.trial",
    "evaluate": "unmoor.trial",
    "escalate": "unmoor.trial",
    "compare_designs": "unmoor.trial",
    "designs": "unmoor.trial",
    "dose_finding": "unmoor.trial",
    "phase_two": "unmoor.trial",
    "plan": "unmoor.planning",
    "report": "unmoor.reporting",
    "UnmoorError": "unmoor.base.errors",
}
__all__ = [*_HOME, "__version__"]

if TYPE_CHECKING:
    from unmoor.base.errors import UnmoorError
    from unmoor.dosing import Regimen, load_drug
    from unmoor.engine import integrate, sensitivities
    from unmoor.model import load_model
    from unmoor.planning import plan
    from unmoor.population import sample
    from unmoor.reporting import report
    from unmoor.trial import (
        compare_designs,
        designs,
        dose_finding,
        escalate,
        evaluate,
        load_study,
        phase_two,
        simulate,
    )

import_on_use(__name__, _HOME)
