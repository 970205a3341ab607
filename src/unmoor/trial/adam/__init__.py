"""Belongs here if it lays a simulated trial out as CDISC ADaM data sets, for programs that read those."""

from unmoor.trial.adam.adam import DATASETS, Adam, adam_data, write_adam

__all__ = ["adam_data", "Adam", "write_adam", "DATASETS"]
