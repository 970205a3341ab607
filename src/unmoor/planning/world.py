"""The virtual population a patient is held against: the library's population of the disease, its model and posterior.

Reading and checking them takes longer than simulating, so what was read is kept in the cache folder under a hash of
every library file and of the code that reads them.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput, UnmoorError, unknown
from unmoor.base.files import LIBRARY, cache_folder, library_names, write_whole
from unmoor.planning.patient import Patient

Floats = NDArray[np.float64]
MODEL = "mobilisation"
ADULT = 18
#: what a ward calls a disease -> the stem of its populations; the file's existence decides
WORDS = {
    "non-hodgkin lymphoma": "nhl", "non-hodgkin's lymphoma": "nhl", "lymphoma": "nhl", "myeloma": "mm",
    "multiple myeloma": "mm", "hodgkin lymphoma": "hodgkin", "hodgkin's lymphoma": "hodgkin",
    "sickle cell": "sickle-cell", "sickle cell disease": "sickle-cell", "healthy donor": "healthy-donor",
    "donor": "healthy-donor", "none": "healthy-donor", "solid tumour": "child",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class World:
    """A population loaded for the model, and draws of what its calibration left uncertain.

    `uncertain` maps (id, "value" or "spread") to draws in declared units; `doubt` says in words what they are, or why
    there are none.
    """

    population: Any
    uncertain: dict[tuple[str, str], Floats]
    doubt: str


def population_of(patient: Patient) -> str:
    """The library's population for a patient: the one named, else that of the disease, children having their own.

    Raises UnknownName with the nearest disease or population.
    """
    known = library_names("populations", ".yaml")
    if patient.population is not None:
        if patient.population not in known and not Path(patient.population).is_file():
            raise unknown("population", patient.population, known, where="patient")
        return patient.population
    said = patient.disease.strip().casefold()
    stem = WORDS.get(said, said)
    if patient.age is not None and patient.age < ADULT and stem in ("nhl", "hodgkin", "child"):
        stem = "child"
    found = [stem, *(name for name in known if name.startswith(f"{stem}-"))]
    for name in found:
        if name in known:
            return name
    raise unknown("disease", patient.disease, {*WORDS, *known}, where="patient")


def load_world(name: str) -> World:
    """The world of a population, from the cache where nothing that it was made from has changed."""
    from unmoor import __version__

    key = hashlib.sha256(f"{__version__} {name}".encode() + _contents(name)).hexdigest()
    kept = cache_folder() / f"world-{key}.pickle"
    try:
        found = pickle.loads(kept.read_bytes())
        if isinstance(found, World):
            return found
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError):
        pass
    made = _made(name)
    with contextlib.suppress(UnmoorError):  # a cache that cannot be written costs time, nothing else
        write_whole(kept, pickle.dumps(made))
    return made


def _contents(name: str) -> bytes:
    """A digest of all library files that may matter and of the rooms that read them."""
    source = LIBRARY.parent
    files = [path for path in sorted(LIBRARY.rglob("*")) if path.suffix in (".ant", ".csv", ".yaml")]
    files += sorted(path for room in ("base", "model", "population") for path in (source / room).glob("*.py"))
    files += [Path(__file__)] + [path for path in [Path(name)] if path.is_file()]
    digest = hashlib.sha256()
    for path in files:
        if "studies" not in path.parts and "evidence" not in path.parts:
            digest.update(str(path).encode() + path.read_bytes())
    return digest.digest()


def _made(name: str) -> World:
    from unmoor.model.posterior import posterior_of
    from unmoor.population.reading import load_population

    population: Any = load_population(name, MODEL)
    _refuse_mixed(population)
    try:
        posterior = posterior_of(population.model)
        draws = posterior.acting(population.model) if posterior else {}
    except BadInput as problem:
        return World(population, {}, f"uncertainty of the model's parameters is left out: {problem.what}")
    if posterior is None or not draws:
        return World(population, {}, "uncertainty of the model's parameters is left out: no posterior is kept")
    doubt = f"{len(draws)} uncertain numbers of the model as in {len(posterior)} draws of posterior '{posterior.name}'"
    return World(population, draws, doubt)


def _refuse_mixed(population: Any) -> None:
    """Covariates of one patient are known, parameters are not: a correlation between them would need conditioning."""
    varying = {each.name for each in population.variability}
    for block in population.blocks:
        if varying & set(block.names) and not varying >= set(block.names):
            what = f"'{population.name}' correlates covariates with parameters ({', '.join(block.names)})"
            raise BadInput(what, where=population.file, todo="plan with a population that does not")
