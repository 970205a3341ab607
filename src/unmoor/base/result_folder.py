"""A result on disk: a folder of Parquet tables, one file a chunk of patients, and a manifest that says which count.

A chunk belongs to the result only once the manifest names it, and the manifest is replaced whole: whatever stops a run
(Ctrl-C, a full disk, a power cut) leaves every chunk finished before it readable. Any Parquet reader opens the tables.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.files import write_whole
from unmoor.base.result import Result, join

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

MANIFEST = "result.json"
FORMAT = 1
TABLES = ("curves", "sessions", "doses", "patients", "status", "failed")


def begin(folder: str | os.PathLike[str], provenance: dict[str, Any], *, resume: bool) -> Result | None:
    """Make `folder` ready for the run of `provenance`; with `resume`, what an interrupted same run left there, or None.

    Two runs are the same when their provenance has the same "key". Raises BadInput when the folder holds another run
    or other files, UnmoorError when it cannot be written.
    """
    path = Path(folder)
    if path.is_dir() and any(path.iterdir()):
        if not (path / MANIFEST).is_file():
            todo = "choose an empty or a new folder"
            raise BadInput(f"folder '{path}' is not empty and holds no result of unmoor", todo=todo)
        known = _manifest(path)
        if known["provenance"].get("key") != provenance.get("key"):
            study = known["provenance"].get("study", "another study")
            todo = "choose another folder, or remove this one"
            raise BadInput(f"folder '{path}' holds another run ('{study}', other input or seed)", todo=todo)
        if resume and not known["provenance"].get("complete", True) and known["chunks"]:
            return load(path)
    _write(path, {"format": FORMAT, "provenance": {**provenance, "complete": False}, "chunks": [], "layout": {}})
    return None


def append(folder: str | os.PathLike[str], part: Result) -> None:
    """Add a chunk of patients to the result in `folder`; all of it or, when an error is raised, none of it.

    Raises UnmoorError naming the file when the disk is full or the folder cannot be written.
    """
    path = Path(folder)
    manifest = _manifest(path)
    name = f"{int(part.patients.index[0]):08d}.parquet"
    tables = {
        "curves": _long(part.curves),
        "sessions": _long(part.sessions),
        "doses": part.doses,
        "patients": part.patients.rename_axis("patient").reset_index(),
        "status": _long(part.status.to_dataset(name="status")),
        "failed": part.failed,
    }
    for table in TABLES:
        write_whole(path / table / name, _parquet(tables[table]))
    layout = {"curves": _layout(part.curves), "sessions": _layout(part.sessions), "arms": list(part.arms)}
    chunks = [*(chunk for chunk in manifest["chunks"] if chunk != name), name]
    _write(path, {**manifest, "chunks": sorted(chunks), "layout": layout})


def finish(folder: str | os.PathLike[str], provenance: dict[str, Any]) -> Path:
    """Give the result in `folder` its final provenance and return the folder.

    Raises UnmoorError when it cannot be written.
    """
    path = Path(folder)
    manifest = {**_manifest(path), "provenance": provenance}
    _write(path, manifest)
    for table in TABLES:
        for file in (path / table).glob("*.parquet"):
            if file.name not in manifest["chunks"]:
                file.unlink()  # of an older run with more chunks; a reader of the folder would count it
    return path


def load(folder: str | os.PathLike[str]) -> Result:
    """The result in `folder`: every chunk its manifest names.

    Raises BadInput naming what is missing, damaged or of another format, or when no chunk was finished.
    """
    path = Path(folder)
    manifest = _manifest(path)
    if not manifest["chunks"]:
        raise BadInput(f"'{path}' holds no finished chunk of patients", todo="run the study again")
    found = join([_chunk(path, name, manifest["layout"]) for name in manifest["chunks"]], manifest["provenance"])
    return found if found.complete else replace(found, provenance={**found.provenance, "finished": found.n})


def _chunk(path: Path, name: str, layout: dict[str, Any]) -> Result:
    tables = {table: _read(path / table / name) for table in TABLES}
    patients = tables["patients"].set_index("patient")
    arms, who = layout["arms"], patients.index.to_numpy()
    status = _wide(tables["status"], {"axis": None, "variables": {"status": {}}}, arms, who, path / "status" / name)
    return Result(
        curves=_wide(tables["curves"], layout["curves"], arms, who, path / "curves" / name),
        sessions=_wide(tables["sessions"], layout["sessions"], arms, who, path / "sessions" / name),
        doses=tables["doses"],
        patients=patients,
        status=status["status"],
        failed=tables["failed"],
        provenance={},
    )


def _layout(dataset: xr.Dataset) -> dict[str, Any]:
    """What a long table cannot hold: the last axis, its values, its attributes and those of the variables."""
    axis = next(str(name) for name in dataset.dims if name not in ("arm", "patient"))
    return {
        "axis": axis,
        "values": dataset[axis].values.tolist(),
        "attributes": dict(dataset[axis].attrs),
        "variables": {str(name): dict(dataset[name].attrs) for name in dataset.data_vars},
    }


def _long(dataset: xr.Dataset) -> pd.DataFrame:
    """One row per arm, patient (and time or session): arms slowest, the last axis fastest."""
    import pandas as pd

    axes = ["arm", "patient", *(str(name) for name in dataset.dims if name not in ("arm", "patient"))]
    index = pd.MultiIndex.from_product([dataset[axis].values for axis in axes], names=axes)
    columns = {str(name): dataset[name].transpose(*axes).values.ravel() for name in dataset.data_vars}
    frame = pd.DataFrame(columns, index=index).reset_index()
    frame["arm"] = frame["arm"].astype("category")
    return frame


def _wide(table: pd.DataFrame, layout: dict[str, Any], arms: list[str], patients: Any, file: Path) -> xr.Dataset:
    import xarray as xr

    axes: dict[str, Any] = {"arm": arms, "patient": patients}
    if layout["axis"]:
        axes[layout["axis"]] = (layout["axis"], np.asarray(layout["values"]), layout["attributes"])
    shape = [len(arms), len(patients), *([len(layout["values"])] if layout["axis"] else [])]
    missing = set(layout["variables"]) - set(table.columns)
    if len(table) != int(np.prod(shape)) or missing:
        raise BadInput(f"'{file}' is damaged: {len(table)} rows, expected {int(np.prod(shape))}", todo=_AGAIN)
    names = list(axes)
    variables = {
        name: (names, table[name].to_numpy().reshape(shape), attributes)
        for name, attributes in layout["variables"].items()
    }
    return xr.Dataset(variables, coords=axes)


_AGAIN = "run the study again into another folder"


def _parquet(table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), content, compression="zstd")
    return content.getvalue()


def _read(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table: pd.DataFrame = pq.read_table(path).to_pandas()
    except FileNotFoundError as problem:
        raise BadInput(f"'{path}' is missing from the result", todo=_AGAIN) from problem
    except (pa.ArrowInvalid, OSError) as problem:
        raise BadInput(f"'{path}' is damaged: {problem}", todo=_AGAIN) from problem
    if "arm" in table:
        table["arm"] = table["arm"].astype(str)
    return table


def _manifest(path: Path) -> dict[str, Any]:
    file = path / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError as problem:
        raise BadInput(
            f"no result in '{path}': it has no {MANIFEST}", todo="name the folder of a saved run"
        ) from problem
    except ValueError as problem:
        raise BadInput(f"'{file}' is damaged: {problem}", todo=_AGAIN) from problem
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise BadInput(f"'{file}' has format {found}, this unmoor reads format {FORMAT}", todo=_AGAIN)
    return manifest


def _write(path: Path, manifest: dict[str, Any]) -> None:
    write_whole(path / MANIFEST, json.dumps(manifest, indent=1, allow_nan=False) + "\n")
