"""A chunk of a result as Parquet tables, and back: what each table looks like and what stands in the layout instead."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unmoor.base.errors import BadInput
from unmoor.base.result import Result

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

TABLES = ("curves", "sessions", "doses", "patients", "status", "failed")
AGAIN = "run the study again into another folder"


@dataclass(frozen=True)
class Encoded:
    """A chunk of `patients` patients as the bytes of its Parquet tables, and the layout they leave out.

    The same chunk has the same bytes, whichever process encoded it.
    """

    tables: Mapping[str, bytes]
    layout: dict[str, Any]
    patients: int


def encode(part: Result) -> Encoded:
    """A chunk as Parquet tables: curves, sessions and status long, one row group an arm; the others as they are."""
    frames = {
        "curves": _long(part.curves),
        "sessions": _long(part.sessions),
        "doses": part.doses,
        "patients": part.patients.rename_axis("patient").reset_index(),
        "status": _long(part.status.to_dataset(name="status")),
        "failed": part.failed,
    }
    groups = {name: len(frames[name]) // len(part.arms) for name in ("curves", "sessions", "status")}
    tables = {name: _parquet(frame, groups.get(name)) for name, frame in frames.items()}
    layout = {"curves": _layout(part.curves), "sessions": _layout(part.sessions), "arms": list(part.arms)}
    return Encoded(tables, layout, part.n)


def decode(encoded: Encoded) -> Result:
    """The chunk that was encoded."""
    return result_of(lambda table: read(io.BytesIO(encoded.tables[table]), "a chunk"), encoded.layout, "a chunk of")


def read_chunk(folder: Path, file: str, layout: dict[str, Any]) -> Result:
    """The chunk in the files called `file`.

    Raises BadInput naming a file that is missing or damaged.
    """
    return result_of(lambda table: read(folder / table / file), layout, f"{folder}/*/{file}")


def result_of(table: Callable[[str], pd.DataFrame], layout: dict[str, Any], where: str) -> Result:
    """A chunk of its tables; `where` names them in an error."""
    patients = table("patients").set_index("patient")
    arms, who = layout["arms"], patients.index.to_numpy()
    status = wide(table("status"), STATUS, arms, who, f"{where} status")
    return Result(
        curves=wide(table("curves"), layout["curves"], arms, who, f"{where} curves"),
        sessions=wide(table("sessions"), layout["sessions"], arms, who, f"{where} sessions"),
        doses=table("doses"),
        patients=patients,
        status=status["status"],
        failed=table("failed"),
        provenance={},
    )


STATUS: dict[str, Any] = {"axis": None, "variables": {"status": {}}}


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


def wide(table: pd.DataFrame, layout: dict[str, Any], arms: list[str], patients: Any, where: str) -> xr.Dataset:
    """A long table as a dataset of axes (arm, patient, and the layout's own).

    Raises BadInput when rows or columns are missing.
    """
    import xarray as xr

    axes: dict[str, Any] = {"arm": arms, "patient": patients}
    if layout["axis"]:
        axes[layout["axis"]] = (layout["axis"], np.asarray(layout["values"]), layout["attributes"])
    shape = [len(arms), len(patients), *([len(layout["values"])] if layout["axis"] else [])]
    missing = set(layout["variables"]) - set(table.columns)
    if len(table) != int(np.prod(shape)) or missing:
        raise BadInput(f"'{where}' is damaged: {len(table)} rows, expected {int(np.prod(shape))}", todo=AGAIN)
    names = list(axes)
    variables = {
        name: (names, table[name].to_numpy().reshape(shape), attributes)
        for name, attributes in layout["variables"].items()
    }
    return xr.Dataset(variables, coords=axes)


def _parquet(table: pd.DataFrame, group: int | None) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = io.BytesIO()
    whole = pa.Table.from_pandas(table, preserve_index=False)
    # a dictionary of floats is built for nothing: they hardly repeat
    repeated = [field.name for field in whole.schema if not pa.types.is_floating(field.type)]
    pq.write_table(whole, content, compression="zstd", use_dictionary=repeated, row_group_size=group or None)
    return content.getvalue()


def read(file: Path | io.BytesIO, name: str = "") -> pd.DataFrame:
    """One table.

    Raises BadInput naming a file that is missing or damaged.
    """
    import pyarrow.parquet as pq

    table: pd.DataFrame = _opened(lambda: pq.read_table(file), name or file).to_pandas()
    if "arm" in table:
        table["arm"] = table["arm"].astype(str)
    return table


def read_all(files: Iterable[Path]) -> pd.DataFrame:
    """One table of many files in their order, texts as categories, which cost a byte a row.

    Raises BadInput naming a file that is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = []
    for file in files:
        table = _opened(functools.partial(pq.read_table, file), file)
        for k, field in enumerate(table.schema):
            if pa.types.is_string(field.type) or pa.types.is_null(field.type):
                texts = table.column(k).cast(pa.string()).dictionary_encode()
                table = table.set_column(k, field.name, texts)
        tables.append(table.replace_schema_metadata(None))
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().to_pandas()


def read_values(file: Path, arm: int, column: str) -> Any:
    """The values of one column of one arm's row group, in the order of the file.

    Raises BadInput naming a file that is missing or damaged.
    """
    import pyarrow.parquet as pq

    group = _opened(lambda: pq.ParquetFile(file).read_row_group(arm, columns=[column]), file)
    return group.column(0).to_numpy()


def _opened(reading: Callable[[], Any], name: object) -> Any:
    import pyarrow as pa

    try:
        return reading()
    except FileNotFoundError as problem:
        raise BadInput(f"'{name}' is missing from the result", todo=AGAIN) from problem
    except (pa.ArrowInvalid, OSError) as problem:
        raise BadInput(f"'{name}' is damaged: {problem}", todo=AGAIN) from problem
