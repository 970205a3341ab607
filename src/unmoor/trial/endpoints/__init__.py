"""Belongs here if it reads one clinical endpoint, a number per patient, off a result: one file a type."""
