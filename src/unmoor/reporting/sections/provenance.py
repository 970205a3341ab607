"""Provenance: what somebody else needs to get the same numbers again."""

from __future__ import annotations

from typing import Any

from unmoor.reporting.content import Facts, Paragraph, Section, section
from unmoor.reporting.provenance import facts

TEXT = (
    "The same study, seed and number of patients give the same patients whatever the number of threads. A hash is that "
    "of the content a name stood for when the study ran."
)


def provenance(study: Any, result: Any) -> Section:
    """The section on where the numbers come from."""
    return section("provenance", "Provenance", [Paragraph(TEXT, small=True), Facts(tuple(facts(study, result)))])
