"""A run that was stopped, as its folder tells it: enough to go on where it stopped, or to say why that cannot be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unmoor.base import result_folder
from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.files import LIBRARY
from unmoor.population import Patients, sample
from unmoor.trial.provenance import provenance_of
from unmoor.trial.study import Study
from unmoor.trial.study_reading import load_study


@dataclass(frozen=True)
class Unfinished:
    """A run to go on with: its study, its patients drawn anew, its chunk, how it was run, and what was remembered."""

    study: Study
    patients: Patients
    chunk: int
    run: dict[str, Any]
    finished: int
    complete: bool


def recipe(study: Study, patients: Patients, chunk: int) -> dict[str, Any]:
    """What a folder says of its run beside the provenance: where the study is, which patients were drawn, the chunk."""
    file = Path(study.file).resolve()
    return {
        "study": study.name if file.is_relative_to(LIBRARY) else str(file),
        "patients": len(patients),
        "first": int(patients.covariates.index[0]) if patients.seed is not None else None,
        "seed": patients.seed,
        "chunk": chunk,
    }


def unfinished(folder: str | os.PathLike[str], study: str | os.PathLike[str] | None = None) -> Unfinished:
    """The run in `folder`; `study` is where its file is now, if it has moved.

    Raises BadInput when there is no run, its patients were not drawn from the study's population by a seed, or its
    input is not what it was: the message names what has changed.
    """
    known = result_folder.manifest(folder)
    run, facts = known["run"], known["provenance"]
    lacking = [key for key in ("study", "patients", "chunk") if key not in run]
    if lacking:
        todo = "only a run that `simulate` began can go on"
        raise BadInput(f"the folder '{folder}' does not say how it was run", todo=todo)
    if run["seed"] is None:
        todo = "call simulate(study, patients, to=folder) with the same patients: that goes on, too"
        raise BadInput(f"the patients in '{folder}' were not drawn by a seed", todo=todo)
    try:
        asked = load_study(study if study is not None else run["study"])
    except UnmoorError as problem:
        if study is None and Path(run["study"]).suffix and not Path(run["study"]).is_file():
            what = f"the study file '{run['study']}' of this run is gone"
            raise BadInput(what, where=str(folder), todo="say with --study where it is now") from problem
        raise
    patients = sample(asked.population, run["patients"], run["seed"], first=run["first"])
    now = provenance_of(asked, patients, rtol=facts["rtol"], atol=facts["atol"])
    _check_same(folder, facts, now)
    done = sum(known["chunks"].values())
    return Unfinished(asked, patients, run["chunk"], run, done, bool(facts.get("complete", True)))


def _check_same(folder: str | os.PathLike[str], known: dict[str, Any], now: dict[str, Any]) -> None:
    changed = result_folder.changes(known, now)
    if changed:
        todo = "bring back what it began with, or run the study again into another folder"
        raise BadInput(f"the run in '{folder}' cannot go on: changed since it began: {', '.join(changed)}", todo=todo)
