"""Belongs here if it writes one section of the report: `of` (all, in reading order), `headline`, `byline`."""

from unmoor.reporting.sections.headline import byline, headline
from unmoor.reporting.sections.order import of

__all__ = ["of", "headline", "byline"]
