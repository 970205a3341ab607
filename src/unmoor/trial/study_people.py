"""The model and the population that a study file names, each with the values the file lays over them."""

from __future__ import annotations

from pathlib import Path

from unmoor.base.document import Document
from unmoor.base.errors import UnknownName, UnmoorError
from unmoor.model import Model, Row, load_model
from unmoor.population import Mixture, Population, load_population, overlay_of
from unmoor.trial.study_file import StudyFile
from unmoor.trial.study_overlay import study_rows


def model_and_population(written: StudyFile, document: Document) -> tuple[Model, Population | Mixture]:
    """The study's model with its own parameter values, and who is in it: one population or several with weights.

    Each population lays its parameter table over the model, the study its values over both. The model of a mixture is
    without any population's table. Raises UnknownName and BadInput with the place in the study file.
    """
    name = beside(written.model, document)
    if isinstance(written.population, str):
        where = document.where("population")
        overlay = _overlay(written.population, document, where)
        model, rows = _model(name, overlay, written, document)
        return model, load_population(beside(written.population, document), model)
    model, rows = _model(name, (), written, document)
    parts = []
    for each, weight in written.population.items():
        where = document.where("population", each)
        own = load_model(name, overlay=(*_overlay(each, document, where), *([rows] if rows else [])))
        parts.append((load_population(beside(each, document), own), weight))
    return model, Mixture(model, tuple(parts))


def beside(name: str, document: Document) -> str:
    """A file named in a study is looked for beside the study first; any other name is one of the library."""
    path = Path(document.file).parent / name
    return str(path) if path.suffix and path.is_file() else name


def _overlay(population: str, document: Document, where: str) -> tuple[Path, ...]:
    try:
        return overlay_of(beside(population, document))
    except UnknownName as problem:
        raise _placed(problem, where) from None


def _model(
    name: str, overlay: tuple[Path, ...], written: StudyFile, document: Document
) -> tuple[Model, tuple[Row, ...]]:
    try:
        model = load_model(name, overlay=overlay)
    except UnknownName as problem:
        if problem.where:
            raise
        raise _placed(problem, document.where("model")) from None
    if not written.parameters:
        return model, ()
    rows = study_rows(written.parameters, model, document)
    return load_model(name, overlay=(*overlay, rows)), rows


def _placed(problem: UnmoorError, where: str) -> UnmoorError:
    """The same error with the place in the study file that led to it."""
    return type(problem)(problem.what, where=where, todo=problem.todo)
