"""Belongs here if it turns a finished result into a document: `report`, `picture`, `endpoint_rows`."""

from unmoor.reporting.document import report
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.picture import picture

__all__ = ["report", "picture", "EndpointRow", "endpoint_rows"]
