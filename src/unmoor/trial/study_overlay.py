"""A study's own parameter values, laid over those of model, drugs and population."""

from __future__ import annotations

from collections.abc import Sequence

from unmoor.base.document import Document
from unmoor.base.errors import BadInput
from unmoor.base.sources import bibliography, cited, nature
from unmoor.model import Model, Row
from unmoor.trial.moments import quantity
from unmoor.trial.study_file import ParameterPart


def study_rows(parts: Sequence[ParameterPart], model: Model, document: Document) -> tuple[Row, ...]:
    """The study's values as rows of an overlay for `load_model`; they hold for all patients, without spread.

    Raises UnknownName for a name the model lacks or a source nobody knows, BadInput for a covariate (the population
    says who the patients are), a symbol that takes no value, a missing or other unit, a value outside its bounds.
    """
    return tuple(_row(part, model, document, k) for k, part in enumerate(parts))


def _row(part: ParameterPart, model: Model, document: Document, k: int) -> Row:
    where = document.where("parameters", k)
    name = model.resolve(part.name, where=where)
    known = model.rows.get(name)
    if known is None or known.kind not in ("constant", "covariate", "switch"):
        raise BadInput(f"'{part.name}' takes no value: the model computes it", where=where, todo="name a constant")
    value = quantity(part.value, known.unit, where=document.where("parameters", k, "value"))
    for bound, beyond, side in ((known.lower, value.__lt__, "below"), (known.upper, value.__gt__, "above")):
        if bound is not None and beyond(bound):
            what = f"{known.kind} '{part.name}' is {value:g} {known.unit}, {side} its bound of {bound:g}"
            raise BadInput(what, where=where, todo=f"the bounds stand in {known.where}")
    if known.kind == "covariate":
        todo = "set it in the population: it says who the patients are"
        raise BadInput(f"'{part.name}' is a covariate", where=where, todo=todo)
    if nature(part.source) == "cited" and not cited([part.source], bibliography()):
        todo = "cite a key of references.bib, or write 'assumed', 'derived: ...' or 'fitted: ...'"
        raise BadInput(f"source '{part.source}' is not known", where=where, todo=todo)
    line = document.lines.get(("parameters", k), 1)
    return Row(
        name=name,
        kind=known.kind,
        value=value,
        unit=known.unit,
        source=part.source,
        evidence=part.evidence,
        note=part.note,
        file=document.file,
        line=line,
    )
