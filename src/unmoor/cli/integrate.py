"""`unmoor integrate`: the typical patient of a model under a regimen, as a table or a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.base.errors import BadInput
from unmoor.cli.app import app
from unmoor.cli.console import out, table

TABLES, PICTURES = (".csv",), (".png", ".svg", ".pdf")


@app.command()
def integrate(
    model: Annotated[str, typer.Argument(help="A model of the library, an .ant or an SBML file.")],
    dose: Annotated[
        list[str] | None, typer.Option("--dose", help='Such as "plerixafor 0.24 mg/kg sc once"; may be repeated.')
    ] = None,
    hours: Annotated[float, typer.Option(help="How long, in hours.")] = 48.0,
    output: Annotated[list[str] | None, typer.Option("--output", help="A symbol to report; may be repeated.")] = None,
    value: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE in the declared unit; may be repeated.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="A .csv table or a .png, .svg or .pdf picture.")] = None,
) -> None:
    """Integrate the typical patient of a model.

    Prints where each curve begins, peaks and ends, or writes the curves with --to.
    """
    import unmoor

    if to is not None and to.suffix.lower() not in (*TABLES, *PICTURES):
        formats = ", ".join((*TABLES, *PICTURES))
        raise BadInput(f"no output in format '{to.suffix}'", where="--to", todo=f"end the name in {formats}")
    chosen = values_of(value or [])
    curves = unmoor.integrate(
        unmoor.load_model(model),
        unmoor.Regimen.of(dose) if dose else None,
        hours=hours,
        outputs=output or None,
        parameters=chosen or None,
    )
    if to is None:
        _print(curves)
    elif to.suffix.lower() in TABLES:
        from unmoor.base.files import write_whole

        out().print(str(write_whole(to, tidy(curves).to_csv(index=False))), soft_wrap=True)
    else:
        from unmoor.reporting import picture

        title = f"{model}: {'; '.join(dose)}" if dose else model
        out().print(str(picture(curves, to, title=title)), soft_wrap=True)


def values_of(texts: list[str]) -> dict[str, float]:
    """NAME=VALUE texts as numbers.

    Raises BadInput for a text that is no such pair.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, sign, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign or not name.strip():
            raise BadInput(f"cannot read '{text}'", where="--set", todo="write it like weight=82")
    return found


def tidy(curves: Any) -> Any:
    """The curves as a table: time and one column an output, headed by its name and unit."""
    frame = curves[[name for name in curves.data_vars if "time" in curves[name].dims]].to_dataframe().reset_index()
    units = {name: str(curves[name].attrs.get("units", "")) for name in frame.columns if name in curves.data_vars}
    kept = ["time", *units]
    names = {name: f"{name} ({unit})" for name, unit in units.items() if unit not in ("", "1")}
    return frame[kept].rename(columns={"time": "time (h)", **names})


def _print(curves: Any) -> None:
    """Where each curve begins, peaks and ends."""
    hours = curves["time"].values
    rows = []
    for name in curves.data_vars:
        if "time" in curves[name].dims:
            values = curves[name].values.reshape(-1)
            top = int(values.argmax())
            numbers = (values[0], values[top], hours[top], values[-1])
            rows.append((str(name), str(curves[name].attrs.get("units", "")), *(f"{number:.4g}" for number in numbers)))
    table(("Output", "Unit", "At the start", "Peak", "at hour", "At the end"), rows, right=(2, 3, 4, 5))
