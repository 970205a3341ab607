"""Belongs here if it knows no biology, no model and no patient: units, errors, files, random streams, result tables."""
