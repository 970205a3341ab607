"""Belongs here if it gives equations and numbers their meaning; it knows no time grid, no dose and no patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unmoor.base.lazy import import_on_use

# libSBML and libAntimony are imported only when a model is read.
_HOME = {
    "load_model": "unmoor.model.load",
    "check_model": "unmoor.model.load",
    "Model": "unmoor.model.model",
    "Row": "unmoor.model.model",
    "Expression": "unmoor.model.expression",
    "evaluate": "unmoor.model.expression",
    "export_model": "unmoor.model.export",
    "describe_model": "unmoor.model.describe",
    "read_table": "unmoor.model.parameters",
    "Posterior": "unmoor.model.posterior",
    "load_posterior": "unmoor.model.posterior",
    "posterior_of": "unmoor.model.posterior",
}
__all__ = [
    "load_model",
    "check_model",
    "Model",
    "Row",
    "Expression",
    "evaluate",
    "export_model",
    "describe_model",
    "read_table",
    "Posterior",
    "load_posterior",
    "posterior_of",
]

if TYPE_CHECKING:
    from unmoor.model.describe import describe_model
    from unmoor.model.export import export_model
    from unmoor.model.expression import Expression, evaluate
    from unmoor.model.load import check_model, load_model
    from unmoor.model.model import Model, Row
    from unmoor.model.parameters import read_table
    from unmoor.model.posterior import Posterior, load_posterior, posterior_of

import_on_use(__name__, _HOME)
