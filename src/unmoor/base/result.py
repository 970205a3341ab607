"""What a simulated study leaves behind: curves, sessions, doses, patients, statuses and where they came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unmoor.base.errors import BadInput, unknown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xarray as xr

    from unmoor.base.stored_result import StoredResult


@dataclass(frozen=True)
class Result:
    """A simulated study; every quantity is in the unit its `attrs["units"]` names.

    curves: axes (arm, patient, time), time in hours from day 1 00:00, single precision (design: decision 0050).
    sessions: axes (arm, patient, session): start (h), performed, pre_count, yield and cumulative, double precision.
    doses: one row a dose really given. patients: one row a patient, indexed by patient number. status: axes
    (arm, patient), 0 where the patient was integrated to the end. failed: one row a patient and arm that was not,
    whose curves and sessions are NaN. provenance: seed, versions, hashes, counts; plain JSON values.
    """

    curves: xr.Dataset
    sessions: xr.Dataset
    doses: pd.DataFrame
    patients: pd.DataFrame
    status: xr.DataArray
    failed: pd.DataFrame
    provenance: dict[str, Any]

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the study."""
        return tuple(str(arm) for arm in self.status["arm"].values)

    @property
    def n(self) -> int:
        """Patients in each arm, failed ones included."""
        return int(self.status.sizes["patient"])

    @property
    def complete(self) -> bool:
        """Whether every patient asked for is here; False after Ctrl-C or a disk that filled."""
        return bool(self.provenance.get("complete", True))

    def check_arm(self, name: str, where: str = "") -> str:
        """The arm's name itself.

        Raises UnknownName with the nearest arm.
        """
        return checked_arm(name, self.arms, where)

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """Names of the curves -> their attributes (units, long_name)."""
        return {str(name): dict(curve.attrs) for name, curve in self.curves.data_vars.items()}

    @property
    def times(self) -> np.ndarray:
        """Hours from day 1 00:00 of the curves, shape (time,)."""
        hours: np.ndarray = self.curves["time"].values
        return hours

    def parts(self) -> Iterator[Result]:
        """The result itself, once: a result read from a folder comes in several parts."""
        yield self

    def curve_blocks(self, output: str, arm: str) -> Iterator[tuple[slice, np.ndarray]]:
        """A curve of all patients, stretch of time by stretch: where in `times`, and values (patient, time)."""
        yield slice(0, len(self.times)), self.curves[output].sel(arm=arm).transpose("patient", "time").values

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write the result as Parquet tables and one manifest; the same run saved before is replaced.

        Raises BadInput when the folder holds anything else, UnmoorError when it cannot be written.
        """
        from unmoor.base import result_folder

        result_folder.begin(folder, self.provenance, resume=False)
        result_folder.append(folder, self)
        return result_folder.finish(folder, self.provenance)

    @staticmethod
    def load(folder: str | os.PathLike[str]) -> Result:
        """Read a saved or interrupted run; `complete` tells which.

        Raises BadInput naming the file that is missing, damaged or of another format.
        """
        from unmoor.base import result_folder

        return result_folder.load(folder)

    @staticmethod
    def open(folder: str | os.PathLike[str]) -> StoredResult:
        """The same without its curves in memory: for populations larger than that.

        Raises BadInput when the folder holds no result or no finished chunk.
        """
        from unmoor.base.stored_result import StoredResult

        return StoredResult.open(folder)


def checked_arm(name: str, arms: Sequence[str], where: str = "") -> str:
    """The arm's name itself.

    Raises UnknownName with the nearest arm.
    """
    if name not in arms:
        raise unknown("arm", name, arms, where=where)
    return name


def join(parts: Sequence[Result], provenance: dict[str, Any]) -> Result:
    """One result of parts that hold different patients of the same study, in the order given; tables arm by arm.

    Raises BadInput when there is no part.
    """
    import pandas as pd
    import xarray as xr

    if not parts:
        raise BadInput("no patients finished", todo="simulate at least one patient")

    def stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
        # an empty table's columns have no type worth keeping, and pandas warns about guessing from them
        table = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
        place = {arm: k for k, arm in enumerate(parts[0].arms)}
        return table.sort_values("arm", key=lambda arms: arms.map(place), kind="stable", ignore_index=True)

    return Result(
        curves=xr.concat([part.curves for part in parts], dim="patient", join="exact", combine_attrs="override"),
        sessions=xr.concat([part.sessions for part in parts], dim="patient", join="exact", combine_attrs="override"),
        doses=stack([part.doses for part in parts]),
        patients=pd.concat([part.patients for part in parts]),
        status=xr.concat([part.status for part in parts], dim="patient", join="exact", combine_attrs="override"),
        failed=stack([part.failed for part in parts]),
        provenance=provenance,
    )
