"""From a population file and a model to a Population."""

from __future__ import annotations

from pathlib import Path

from unmoor.base.document import Document, checked, read_document
from unmoor.base.errors import BadInput
from unmoor.base.files import find
from unmoor.model.model import Model
from unmoor.population.agreement import Names, check_against_model, check_dependencies
from unmoor.population.correlation import Correlation, blocks
from unmoor.population.covariates import Derived
from unmoor.population.entries import covariate_of
from unmoor.population.formula import Formula
from unmoor.population.plausible import Criterion, within
from unmoor.population.population import Population
from unmoor.population.schema import CorrelationEntry, CriterionEntry, PopulationEntry
from unmoor.population.variability import variability_of


def overlay_of(name: str | Path) -> tuple[Path, ...]:
    """The parameter table that belongs to a population, for `load_model(overlay=...)`: none or one CSV path."""
    table = find("populations", name, ".yaml").with_suffix(".csv")
    return (table,) if table.is_file() else ()


def load_population(name: str | Path, model: Model | str | None = None) -> Population:
    """The population called `name` (a library name or a YAML file) for `model`.

    `model` may be a name: then it is loaded with the population's own parameter table. A Model must have been loaded
    with it. Without a model it is the one that the file names; where it names none the population has covariates only.
    Raises BadInput or UnknownName, with file and line, for anything in the file that cannot be meant, or another model
    than the one the file names.
    """
    path = find("populations", name, ".yaml")
    document = read_document(path)
    entry = checked(document, PopulationEntry)
    model = _model(entry, model, document)
    covariates = tuple(covariate_of(key, each, document) for key, each in entry.covariates.items())
    check_dependencies(covariates)
    if model is not None:
        _check_overlay(path, model)
        check_against_model(covariates, model, document)
    names = Names(covariates, variability_of(model) if model else (), model)
    correlations = tuple(
        _correlation(each, names, document.where("correlations", index))
        for index, each in enumerate(entry.correlations)
    )
    criteria = [
        _criterion(each, names, document.where("acceptance", index)) for index, each in enumerate(entry.acceptance)
    ]
    bounds = [within(each) for each in covariates if isinstance(each, Derived)]
    return Population(
        name=path.stem,
        title=entry.title,
        description=entry.description,
        source=entry.source,
        file=str(path),
        model=model,
        covariates=covariates,
        variability=names.variability,
        correlations=correlations,
        blocks=blocks(correlations, names.order, where=document.where("correlations")),
        criteria=(*criteria, *(each for each in bounds if each is not None)),
    )


def _model(entry: PopulationEntry, model: Model | str | None, document: Document) -> Model | None:
    given = model.name if isinstance(model, Model) else model
    if entry.model is not None and given is not None and given != entry.model:
        what = f"the population is for the model '{entry.model}', not for '{given}'"
        todo = f"use the model '{entry.model}' or another population"
        raise BadInput(what, where=document.where("model"), todo=todo)
    if isinstance(model, Model):
        return model
    name = model or entry.model
    if name is None:
        return None
    from unmoor.model import load_model

    return load_model(name, overlay=overlay_of(document.file))


def _check_overlay(path: Path, model: Model) -> None:
    for table in overlay_of(path):
        if not any(Path(row.file).name == table.name for row in model.rows.values() if row.file):
            raise BadInput(
                f"model '{model.name}' was loaded without the population's parameter table {table.name}",
                where=str(path),
                todo="pass the model's name, or load_model(name, overlay=overlay_of(population))",
            )


def _correlation(entry: CorrelationEntry, names: Names, where: str) -> Correlation:
    one, other = (names.column(name, where) for name in entry.between)
    for covariate in names.covariates:
        if covariate.name in (one, other) and isinstance(covariate, Derived):
            raise BadInput(
                f"'{covariate.name}' is derived and cannot be correlated",
                where=where,
                todo=f"correlate what it is derived from: {', '.join(sorted(covariate.needs))}",
            )
    return Correlation((one, other), entry.value, entry.measure, entry.source, entry.note, where)


def _criterion(entry: CriterionEntry, names: Names, where: str) -> Criterion:
    formula = Formula(entry.criterion, where)
    if not formula.is_condition:
        raise BadInput(
            f"criterion '{entry.criterion}' is not a condition", where=where, todo="compare something, as weight <= 150"
        )
    columns = {name: names.column(name, where) for name in sorted(formula.names)}
    categories = names.categories
    formula.check_categories({name: categories[column] for name, column in columns.items() if column in categories})
    return Criterion(entry.label or entry.criterion, formula, columns, entry.source, entry.note)
