"""A composed model written for other tools, values and units included, in hours, litres, nmol, kg and cells."""

from __future__ import annotations

import os
from pathlib import Path

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.files import write_whole
from unmoor.model.model import Model
from unmoor.model.translate import antimony_text

SUFFIXES = (".xml", ".sbml", ".ant")


def export_model(model: Model, path: str | os.PathLike[str]) -> Path:
    """Write `model` as SBML (.xml, .sbml) or Antimony (.ant) to `path`, by its suffix; numbers are in internal units.

    Raises BadInput for another suffix and UnmoorError when the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise BadInput(
            f"cannot export to '{path.name}'", where="export", todo=f"end the file name with {', '.join(SUFFIXES)}"
        )
    if path.suffix != ".ant":
        return write_whole(path, model.sbml)
    text = antimony_text(model.sbml)
    if not text:
        raise UnmoorError(f"libAntimony cannot write model '{model.name}'", todo="export it as .xml")
    return write_whole(path, text)
