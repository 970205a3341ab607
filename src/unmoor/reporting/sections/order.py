"""The sections of a report in reading order; one that has nothing to say is left out."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Section
from unmoor.reporting.sections.arms import arms
from unmoor.reporting.sections.asked import asked
from unmoor.reporting.sections.curves import course
from unmoor.reporting.sections.endpoints import endpoints
from unmoor.reporting.sections.escalation import dose_escalation
from unmoor.reporting.sections.failures import failures
from unmoor.reporting.sections.mobilised import mobilised
from unmoor.reporting.sections.parameters import parameters
from unmoor.reporting.sections.patients import patients
from unmoor.reporting.sections.provenance import provenance
from unmoor.reporting.sections.references import references
from unmoor.reporting.sections.response import response
from unmoor.reporting.sections.survival import times_to_event
from unmoor.reporting.sections.targets import targets
from unmoor.reporting.sections.toxicity import toxicity


def of(study: Any, result: Any, table: Any) -> list[Section]:
    """All sections of the report of `result`."""
    displays = study.displays(result)
    found = [
        asked(study, result),
        arms(study, result),
        endpoints(study, table),
        targets(study, table),
        dose_escalation(study, displays),
        response(study, displays, table),
        times_to_event(study, displays, table),
        mobilised(study, table),
        toxicity(study, displays),
        course(study, result),
        patients(study, result),
        failures(result),
        parameters(study),
        references(study, table),
        provenance(study, result),
    ]
    return [each for each in found if each is not None]
