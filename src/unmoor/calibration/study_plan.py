"""What a fit to studies does: whose published rows of `use: calibration` it meets, and by which parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from unmoor.base.document import checked, read_document
from unmoor.base.errors import BadInput
from unmoor.base.files import find
from unmoor.calibration.plan import Entry, Parameter, check_numbers


class StudyPlanEntry(Entry):
    """A file that fits `parameters` to the published rows of `studies` (library names) that say `use: calibration`.

    `people` virtual patients, always the same ones, stand for a study's; `error` is the SD of the logarithm that a row
    has besides the sampling of a trial of its size: how far the law itself is trusted.
    """

    title: str
    studies: Annotated[tuple[str, ...], Field(min_length=1)]
    people: int = Field(ge=10)
    error: float = Field(default=0.1, ge=0)
    notes: tuple[str, ...] = ()
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1)]


class StudyPlan(StudyPlanEntry):
    """Such a file with its name and path."""

    name: str
    file: str


def is_study_plan(name: str | Path) -> bool:
    """Whether the calibration called `name` is one of studies.

    Raises UnknownName for a name that is no calibration, BadInput for a file that cannot be read.
    """
    return "studies" in read_document(find("calibrations", str(name), ".yaml")).content


def load_study_plan(name: str | Path) -> StudyPlan:
    """The fit called `name` (a library name or a YAML file).

    Raises BadInput or UnknownName with file and line for anything that cannot be meant.
    """
    path = find("calibrations", str(name), ".yaml")
    document = read_document(path)
    entry = checked(document, StudyPlanEntry)
    headings: list[str] = []
    for k, parameter in enumerate(entry.parameters):
        where = document.where("parameters", k)
        check_numbers(parameter, where)
        if parameter.scenarios:
            todo = "leave 'scenarios' out: a parameter acts in every study whose model has it"
            raise BadInput(f"'{parameter.symbol}' names scenarios", where=where, todo=todo)
        if parameter.heading in headings:
            raise BadInput(f"'{parameter.heading}' is fitted twice", where=where, todo="leave one out")
        headings.append(parameter.heading)
    settled: Any = tuple(each.model_copy(update={"part": each.part or "value"}) for each in entry.parameters)
    whole = {field: getattr(entry, field) for field in StudyPlanEntry.model_fields} | {"parameters": settled}
    return StudyPlan(**whole, name=path.stem, file=str(path))
