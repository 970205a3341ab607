"""The sections of a report in reading order; one that has nothing to say is left out."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Section
from unmoor.reporting.sections.arms import arms
from unmoor.reporting.sections.asked import asked
from unmoor.reporting.sections.curves import course
from unmoor.reporting.sections.endpoints import endpoints
from unmoor.reporting.sections.failures import failures
from unmoor.reporting.sections.parameters import parameters
from unmoor.reporting.sections.patients import patients
from unmoor.reporting.sections.provenance import provenance
from unmoor.reporting.sections.references import references
from unmoor.reporting.sections.targets import targets


def of(study: Any, result: Any, table: Any) -> list[Section]:
    """All sections of the report of `result`."""
    found = [
        asked(study, result),
        arms(study, result),
        endpoints(study, table),
        targets(study, table),
        course(study, result),
        patients(study, result),
        failures(result),
        parameters(study),
        references(study, table),
        provenance(study, result),
    ]
    return [each for each in found if each is not None]
