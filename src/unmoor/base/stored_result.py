"""A result read from its folder as it is needed: the curves of all patients are never in memory together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base import result_folder
from unmoor.base.result import Result, checked_arm
from unmoor.base.result_tables import STATUS, read_all, read_chunk, read_values, wide

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

#: numbers of a curve that are looked at together, single precision: 64 MB
BLOCK = 16_000_000


@dataclass(frozen=True)
class StoredResult:
    """What a folder holds, read like a Result but for its curves; sessions, statuses, patients, doses fit in memory.

    `extra` are chunks that are finished and could not be written.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    extra: tuple[Result, ...] = field(default=(), repr=False)

    @classmethod
    def open(cls, folder: str | os.PathLike[str], extra: Sequence[Result] = ()) -> StoredResult:
        """The result in `folder`.

        Raises BadInput when there is none, or no chunk is finished, or the manifest is damaged.
        """
        known = result_folder.manifest(folder) if extra else result_folder.some_chunks(Path(folder))
        return cls(Path(folder), known, tuple(extra))

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the study."""
        return self.extra[0].arms if self.extra else tuple(self.manifest["layout"]["arms"])

    @property
    def n(self) -> int:
        """Patients in each arm, failed ones included."""
        return sum(self.manifest["chunks"].values()) + sum(part.n for part in self.extra)

    @property
    def complete(self) -> bool:
        """Whether every patient asked for is here."""
        return bool(self.provenance.get("complete", True))

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Seed, versions, hashes, counts; plain JSON values."""
        known: dict[str, Any] = self.manifest["provenance"]
        return known if known.get("complete", True) else {**known, "finished": self.n}

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """Names of the curves -> their attributes (units, long_name)."""
        if self.extra:
            return self.extra[0].outputs
        return dict(self.manifest["layout"]["curves"]["variables"])

    @property
    def times(self) -> np.ndarray:
        """Hours from day 1 00:00 of the curves, shape (time,)."""
        if self.extra:
            return self.extra[0].times
        return np.asarray(self.manifest["layout"]["curves"]["values"], dtype=float)

    @cached_property
    def patients(self) -> pd.DataFrame:
        """One row a patient, indexed by patient number."""
        import pandas as pd

        stored = [read_all(self._files("patients")).set_index("patient")] if self.manifest["chunks"] else []
        return pd.concat([*stored, *(part.patients for part in self.extra)])

    @property
    def doses(self) -> pd.DataFrame:
        """One row a dose really given, chunk by chunk and in each arm by arm; texts are categories."""
        return self._table("doses")

    @property
    def failed(self) -> pd.DataFrame:
        """One row a patient and arm that could not be integrated to the end, arm by arm."""
        place = {arm: k for k, arm in enumerate(self.arms)}
        table = self._table("failed")
        return table.sort_values("arm", key=lambda arms: arms.astype(str).map(place), kind="stable", ignore_index=True)

    @cached_property
    def status(self) -> xr.DataArray:
        """Axes (arm, patient), 0 where the patient was integrated to the end."""
        return self._dataset("status", STATUS)["status"]

    @cached_property
    def sessions(self) -> xr.Dataset:
        """Axes (arm, patient, session), as in Result."""
        return self._dataset("sessions", self.manifest["layout"].get("sessions", {}))

    def check_arm(self, name: str, where: str = "") -> str:
        """The arm's name itself.

        Raises UnknownName with the nearest arm.
        """
        return checked_arm(name, self.arms, where)

    def parts(self) -> Iterator[Result]:
        """The result chunk by chunk, in the order of the patients; each can be forgotten before the next is read."""
        for name in self.manifest["chunks"]:
            yield read_chunk(self.folder, name, self.manifest["layout"])
        yield from self.extra

    def curve_blocks(self, output: str, arm: str) -> Iterator[tuple[slice, np.ndarray]]:
        """A curve of all patients, stretch of time by stretch: where in `times`, and values (patient, time).

        A stretch holds at most BLOCK numbers, and at least one time; the files are read once for each.
        """
        times, place, n = len(self.times), self.arms.index(arm), self.n
        width = max(1, min(times, BLOCK // max(n, 1)))
        for start in range(0, times, width):
            stretch = slice(start, min(start + width, times))
            values = np.empty((n, stretch.stop - stretch.start), dtype=np.float32)
            row = 0
            for file in self._files("curves"):
                some = read_values(file, place, output).reshape(-1, times)[:, stretch]
                values[row : row + len(some)] = some
                row += len(some)
            for part in self.extra:
                values[row : row + part.n] = part.curves[output].sel(arm=arm).transpose("patient", "time")[:, stretch]
                row += part.n
            yield stretch, values

    def _files(self, table: str) -> list[Path]:
        return [self.folder / table / name for name in self.manifest["chunks"]]

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        stored = [read_all(self._files(name))] if self.manifest["chunks"] else []
        every = [*stored, *(getattr(part, name) for part in self.extra)]
        return every[0] if len(every) == 1 else pd.concat(every, ignore_index=True)

    def _dataset(self, table: str, layout: Mapping[str, Any]) -> xr.Dataset:
        import xarray as xr

        from unmoor.base.result_tables import read

        parts = []
        first = 0
        for file in self._files(table):
            count = self.manifest["chunks"][file.name]
            who = self.patients.index[first : first + count].to_numpy()
            parts.append(wide(read(file), dict(layout), list(self.arms), who, str(file)))
            first += count
        for part in self.extra:
            parts.append(part.status.to_dataset(name="status") if table == "status" else part.sessions)
        return xr.concat(parts, dim="patient", join="exact", combine_attrs="override")
