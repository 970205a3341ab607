"""Finished chunks on their way into a result: written to the folder, kept in memory, or both."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unmoor.base import result_folder
from unmoor.base.errors import UnmoorError
from unmoor.base.result import Result, join
from unmoor.base.result_tables import Encoded, decode, read_chunk
from unmoor.base.stored_result import StoredResult


@dataclass
class Gathering:
    """What is finished so far; `finished` maps the place of a written chunk's first patient to its patients."""

    folder: Path | None
    provenance: dict[str, Any]
    keep: bool
    finished: dict[int, int]
    parts: dict[int, Result] = field(default_factory=dict)
    unwritten: dict[int, Result] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    @classmethod
    def begin(
        cls, folder: str | os.PathLike[str] | None, provenance: dict[str, Any], run: Mapping[str, Any], *, keep: bool
    ) -> Gathering:
        """Start, or go on with what an interrupted same run left in `folder`.

        Raises what `result_folder.begin` raises.
        """
        if folder is None:
            return cls(None, provenance, keep, {})
        found = result_folder.begin(folder, provenance, resume=True, run=run)
        return cls(Path(folder), provenance, keep, found)

    @property
    def patients(self) -> int:
        """How many patients are finished."""
        return sum(self.finished.values()) + sum(part.n for part in self.unwritten.values())

    def add(self, first: int, part: Result | Encoded) -> None:
        """Take a finished chunk whose first patient has this place.

        Raises UnmoorError when it cannot be written; it is kept then, whatever was asked.
        """
        if self.folder is not None:
            try:
                result_folder.append(self.folder, part, first)
            except UnmoorError:
                self.unwritten[first] = _decoded(part)
                raise
        if self.keep:
            self.parts[first] = _decoded(part)
        self.finished[first] = part.n if isinstance(part, Result) else part.patients

    def end(self) -> Result | StoredResult:
        """The whole result; its folder is complete with it.

        Raises UnmoorError when the folder cannot be written.
        """
        facts = self._facts(complete=True)
        if self.folder is not None:
            result_folder.finish(self.folder, facts)
        found = self._found(facts)
        assert found is not None
        return found

    def result(self, *, complete: bool) -> Result | StoredResult | None:
        """What is finished, None where that is nothing."""
        return self._found(self._facts(complete=complete))

    def _facts(self, *, complete: bool) -> dict[str, Any]:
        seconds = round(time.perf_counter() - self.began, 3)
        return {**self.provenance, "finished": self.patients, "complete": complete, "seconds": seconds}

    def _found(self, facts: dict[str, Any]) -> Result | StoredResult | None:
        if not self.patients:
            return None
        if not self.keep and self.folder is not None:
            return StoredResult.open(self.folder, [self.unwritten[first] for first in sorted(self.unwritten)])
        every = {**self.parts, **self.unwritten}
        if self.folder is not None:
            known = result_folder.manifest(self.folder)
            for name, first in zip(known["chunks"], result_folder.places(known["chunks"]), strict=True):
                if first not in every:
                    every[first] = read_chunk(self.folder, name, known["layout"])
        return join([every[first] for first in sorted(every)], facts)


def _decoded(part: Result | Encoded) -> Result:
    return part if isinstance(part, Result) else decode(part)
