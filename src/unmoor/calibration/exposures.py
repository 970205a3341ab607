"""Published exposures of a drug beside those of its model: peak, its time, area, half-life, and effect."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unmoor.base import units
from unmoor.base.errors import BadInput, unknown
from unmoor.base.files import LIBRARY, library_names
from unmoor.calibration.statistic import STATISTICS, Curve
from unmoor.dosing import Drug, Regimen
from unmoor.engine import integrate
from unmoor.model import Model, load_model

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

TABLE = LIBRARY / "evidence" / "drug-exposures.csv"
USES = ("fitted", "derived", "held")  # what the row was for the values of the drug: held rows were not used
POINTS = 1921  # of a curve; the parabola of the peak does the rest
AFTER_A_DOSE = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)  # hours past every whole hour: no bolus falls between points


@dataclass(frozen=True, slots=True)
class Exposure:
    """One published number: `statistic` of `output` under `regimen`, in `unit`, with the fold error that is accepted.

    `covariates` are those of the typical person of the publication; `start` and `time` (h) bound areas and half-lives.
    """

    id: str
    statistic: str
    output: str
    regimen: str
    covariates: Mapping[str, float]
    start: float
    time: float
    published: float
    unit: str
    low: float
    high: float
    n: str
    population: str
    source: str
    provenance: str
    use: str
    within: float
    note: str

    @property
    def is_miss(self) -> bool:
        """Whether the table itself says that the model misses this number."""
        return self.note.startswith("miss:")


@dataclass(frozen=True, slots=True)
class Compared:
    """An exposure, the same number simulated, and the larger over the smaller of the two."""

    exposure: Exposure
    simulated: float

    @property
    def fold(self) -> float:
        """Simulated over published or the reverse, at least 1."""
        ratio = self.simulated / self.exposure.published
        return max(ratio, 1 / ratio)

    @property
    def verdict(self) -> str:
        """'within' the accepted fold error, or 'miss'."""
        return "within" if self.fold <= self.exposure.within else "miss"


def drug_model(drug: Drug) -> Model:
    """The model in which the drug is alone: `<name>_pk`.

    Raises BadInput when the library has none.
    """
    name = f"{drug.name}_pk"
    if name not in library_names("models", ".ant"):
        raise BadInput(f"no model holds {drug.name} alone", todo=f"add library/models/{name}.ant")
    return load_model(name)


def label_curves(drug: Drug) -> xr.Dataset:
    """Every output of the drug's model over the hours of its label regimen, for the reference adult.

    Raises BadInput for a drug without a label regimen.
    """
    if drug.label is None:
        raise BadInput(f"{drug.name} has no label regimen", where=drug.file, todo="add label: {regimen, hours, source}")
    return published_curves(drug, "\n".join(drug.label.regimen), drug.label.hours)


def exposures(drug: Drug, path: Path = TABLE) -> tuple[Exposure, ...]:
    """The rows of the evidence table that are a statistic of this drug's curves.

    Raises BadInput or UnknownName with file and line for a row that cannot be meant.
    """
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            if row["drug"] == drug.name and row["statistic"]:
                found.append(_exposure(row, f"{path}:{reader.line_num}"))
    return tuple(found)


def compare(drug: Drug) -> tuple[Compared, ...]:
    """Each exposure of the drug with what its model gives."""
    model = drug_model(drug)
    return tuple(Compared(each, _simulated(model, each)) for each in exposures(drug))


def published_curves(drug: Drug, regimen: str, hours: float) -> xr.Dataset:
    """Every output of the drug's model under a regimen of its evidence rows, for the reference adult."""
    whole = np.arange(0.0, hours)
    times = np.unique(np.concatenate([whole, *(whole + past for past in AFTER_A_DOSE), [hours]]))
    return integrate(drug_model(drug), regimen, times=times[times <= hours])


def _simulated(model: Model, exposure: Exposure) -> float:
    asked = [value for value in (exposure.start, exposure.time) if math.isfinite(value)]
    end = max([24.0, *asked])
    begin = exposure.start if math.isfinite(exposure.start) else 0.0
    fine = np.linspace(begin, min(end, begin + 24.0), POINTS)  # what follows a dose is fast
    times = np.unique(np.concatenate([fine, np.linspace(0.0, end, POINTS), asked]))
    parameters = {name: np.array([value]) for name, value in exposure.covariates.items()}
    curves = integrate(
        model, Regimen.of(exposure.regimen), times=times, outputs=[exposure.output], parameters=parameters or None
    )
    found = curves[exposure.output]
    curve = Curve(times, np.asarray(found.values, dtype=float).reshape(1, -1))
    if exposure.statistic == "peak":
        curve = curve.part(begin, np.inf)
    number = float(STATISTICS[exposure.statistic](curve, exposure.time, exposure.start)[0])
    declared = str(found.attrs.get("units", "1"))
    own = {"area": f"({declared})*h", "peak_time": "h", "late_half_life": "h"}.get(exposure.statistic, declared)
    return float(units.convert(number, own, exposure.unit))


def _exposure(row: Mapping[str, str], where: str) -> Exposure:
    for kind, known in (("statistic", STATISTICS), ("use", USES)):
        if row[kind] not in known:
            raise unknown(kind, row[kind], known, where=where)
    if not row["source"]:
        raise BadInput(f"exposure {row['id']} has no source", where=where, todo="name a key of references.bib")

    def number(name: str) -> float:
        try:
            return float(row[name]) if row[name] else math.nan
        except ValueError:
            raise BadInput(f"{name} of {row['id']} is '{row[name]}', not a number", where=where) from None

    published, within = number("value"), number("within")
    if not (published > 0 and within >= 1):
        todo = "value is above zero, within a fold error of 1 or more"
        raise BadInput(f"value and within of {row['id']} are {published:g} and {within:g}", where=where, todo=todo)
    pairs = [part.split("=") for part in row["covariates"].split()]
    return Exposure(
        row["id"], row["statistic"], row["output"], row["regimen"], {name: float(value) for name, value in pairs},
        number("from"), number("time"), published, row["unit"], number("low"), number("high"), row["n"],
        row["population"], row["source"], row["provenance"], row["use"], within, row["note"],
    )  # fmt: skip
