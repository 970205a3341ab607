"""Belongs here if it makes one estimate with an interval from numbers per patient, by an equation it names."""
