"""Where a result comes from: inputs by hash, seed, versions, counts; enough to repeat it and to know it is the same."""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.metadata
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unmoor.population import Patients
from unmoor.trial.study import Study

if TYPE_CHECKING:
    import pandas as pd

#: rooms whose code a number comes from
ROOMS = ("base", "dosing", "engine", "model", "population", "trial")
LIBRARIES = ("numpy", "llvmlite", "numba", "pandas", "xarray", "antimony", "python-libsbml")


def provenance_of(study: Study, patients: Patients, *, rtol: float, atol: float) -> dict[str, Any]:
    """Plain JSON values; "key" is equal for two runs exactly when they ask for the same numbers."""
    # a plain import of the front door, which imports this room for type checkers, would be a circle
    version: str = importlib.import_module("unmoor").__version__
    model = hashlib.sha256(study.model.sbml.encode()).hexdigest()
    people = hashlib.sha256()
    for table in (patients.parameters, patients.covariates):
        people.update(_bytes(table))
    code = code_hash()
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    # a run goes on only with the code that began it: other code could end in other digits
    asked = [version, code, repr(sorted(libraries.items())), study.digest, model, people.hexdigest()]
    asked += [repr(rtol), repr(atol)]
    return {
        "key": hashlib.sha256("\n".join(asked).encode()).hexdigest(),
        "study": study.name,
        "title": study.title,
        "study_sha256": study.digest,
        "model": study.model.name,
        "model_sha256": model,
        "population": study.population.name,
        "patients_sha256": people.hexdigest(),
        "seed": patients.seed,
        "patients": len(patients),
        "rejected": patients.rejected.to_dict("records"),
        "rtol": rtol,
        "atol": atol,
        "unmoor": version,
        "python": platform.python_version(),
        "code_sha256": code,
        "libraries": libraries,
        "machine": f"{platform.system()} {platform.machine()}",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@functools.cache
def code_hash() -> str:
    """Hash of the source of every room that numbers come from."""
    found, source = hashlib.sha256(), Path(__file__).parents[1]
    for path in sorted(path for room in ROOMS for path in (source / room).rglob("*.py")):
        found.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _bytes(table: pd.DataFrame) -> bytes:
    import pandas as pd

    named = ",".join(map(str, table.columns)).encode()
    return named + pd.util.hash_pandas_object(table, index=True).to_numpy().tobytes()
