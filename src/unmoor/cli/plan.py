"""`unmoor plan`: one patient at the bedside, and the chances of each option."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from unmoor.base.errors import BadInput
from unmoor.cli.app import app
from unmoor.cli.console import heading, out, table


@app.command()
def plan(
    file: Annotated[Path | None, typer.Argument(help="A patient as a .json file; options add to it.")] = None,
    weight: Annotated[float | None, typer.Option(help="kg.")] = None,
    disease: Annotated[str | None, typer.Option(help='Such as "non-Hodgkin lymphoma".')] = None,
    age: Annotated[float | None, typer.Option(help="Years.")] = None,
    sex: Annotated[str | None, typer.Option(help="male or female.")] = None,
    clearance: Annotated[float | None, typer.Option(help="Creatinine clearance, mL/min.")] = None,
    creatinine: Annotated[float | None, typer.Option(help="Serum creatinine, mg/dL, instead of the clearance.")] = None,
    lines: Annotated[int | None, typer.Option(help="Lines of treatment before.")] = None,
    radiotherapy: Annotated[
        bool | None, typer.Option("--radiotherapy/--no-radiotherapy", help="Extended fields before.")
    ] = None,
    lenalidomide: Annotated[bool | None, typer.Option("--lenalidomide/--no-lenalidomide", help="Before.")] = None,
    count: Annotated[
        list[str] | None, typer.Option(help='Such as "day 4 at 08:00: 9" (CD34+ cells/uL), or "...: 9, wbc 38".')
    ] = None,
    session: Annotated[
        list[str] | None, typer.Option(help='Such as "day 5 at 09:00: 1.4" (10^6/kg), or "...: 1.4, 14 L" or "5 h".')
    ] = None,
    dose: Annotated[
        list[str] | None, typer.Option(help="Dose text of what was given so far; the clinic's G-CSF if left out.")
    ] = None,
    now: Annotated[
        str | None, typer.Option(help='The decision, such as "day 4 at 12:00"; the last value if not given.')
    ] = None,
    target: Annotated[list[float] | None, typer.Option(help="10^6 CD34+ cells/kg; 2 and 5 if not given.")] = None,
    price: Annotated[
        list[str] | None, typer.Option(help='"session 1500" or "plerixafor 6000 per 24 mg"; may be repeated.')
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Of the prices, such as EUR.")] = None,
    patients: Annotated[int, typer.Option(min=200, help="Virtual patients to begin with.")] = 4000,
    seed: Annotated[int, typer.Option(min=0, help="Seed.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    to: Annotated[Path | None, typer.Option(help="Write the page, an .html file.")] = None,
) -> None:
    """Advise on one patient from measured CD34+ counts.

    Prints, for each option, the chance to reach the targets, expected sessions and doses. Research software, not a
    medical device.
    """
    if to is not None and to.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"a plan is written as HTML, not as '{to.name}'", where="--to", todo="end it in .html")
    told = {
        "weight": weight, "disease": disease, "age": age, "sex": sex, "creatinine_clearance": clearance,
        "serum_creatinine": creatinine, "prior_lines": lines, "prior_radiotherapy": radiotherapy,
        "prior_lenalidomide": lenalidomide, "now": now, "targets": sorted(target) if target else None,
        "counts": [_count(each) for each in count or ()] or None,
        "sessions": [_session(each) for each in session or ()] or None, "doses": dose or None,
    }  # fmt: skip
    content = _read(file) | {name: value for name, value in told.items() if value is not None}
    if price or currency is not None:
        content["prices"] = _prices(price or [], currency, content.get("prices") or {})
    if not content:
        todo = 'give a patient.json, or --weight 78 --disease "non-Hodgkin lymphoma" --count "day 4 at 08:00: 9"'
        raise BadInput("nothing is told of the patient", todo=todo)
    from unmoor.planning import patient_from
    from unmoor.planning import plan as planned

    found = planned(patient_from(content), patients=patients, seed=seed)
    if to is not None:
        from unmoor.reporting import plan_report

        plan_report(found, to)
    if as_json:
        import json

        typer.echo(json.dumps(found.to_dict(), indent=1))
        return
    _show(found)
    if to is not None:
        out().print(f"page: {to}", soft_wrap=True)


def _read(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    from unmoor.planning import patient_to, read_patient

    return patient_to(read_patient(file))


def _count(text: str) -> dict[str, Any]:
    time, value = _split(text, "--count", "day 4 at 08:00: 9, wbc 38")
    found: dict[str, Any] = {"time": time}
    for part in value.split(","):
        wbc = part.strip().casefold().startswith("wbc")
        found["wbc" if wbc else "cd34"] = _number(re.sub(r"(?i)^\s*wbc", "", part), "--count", text)
    return found


def _session(text: str) -> dict[str, Any]:
    time, value = _split(text, "--session", "day 5 at 09:00: 1.4, 14 L")
    found: dict[str, Any] = {"start": time}
    for part in value.split(","):
        unit = re.search(r"(?i)(L|h)\s*$", part)
        name = {"l": "volume", "h": "hours"}[unit[1].lower()] if unit else "collected"
        found[name] = _number(part[: unit.start()] if unit else part, "--session", text)
    return found


def _split(text: str, where: str, example: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*\d{1,2}:\d{2})\s*[:=]\s*(.+)", text.strip())
    if not found:
        raise BadInput(f"cannot read '{text}'", where=where, todo=f"write it like '{example}'")
    return found[1], found[2]


def _number(text: str, where: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"'{text.strip()}' in '{whole}' is no number", where=where) from None


def _prices(texts: list[str], currency: str | None, before: dict[str, Any]) -> dict[str, Any]:
    found = {**before, "drugs": dict(before.get("drugs") or {})}
    if currency is not None:
        found["currency"] = currency
    for text in texts:
        read = re.fullmatch(r"\s*(\w+)\s+([\d.]+)(?:\s+per\s+([\d.]+)\s*mg)?\s*", text)
        if not read or (read[1] == "session") == bool(read[3]):
            todo = "write 'session 1500' or 'plerixafor 6000 per 24 mg'"
            raise BadInput(f"cannot read price '{text}'", where="--price", todo=todo)
        price = _number(read[2], "--price", text)
        if read[1] == "session":
            found["session"] = price
        else:
            found["drugs"][read[1]] = {"mg": _number(read[3], "--price", text), "price": price}
    return found


def _show(plan: Any) -> None:
    """The options as a table, and what a reader must know beside it."""
    from unmoor.planning import said

    targets = list(plan.options[0].chance)
    priced = any(option.cost is not None for option in plan.options)
    titles = [
        "option",
        "first session",
        *(f">= {t}" for t in targets),
        "sessions",
        "CD34+ then",
        "first yield",
        "doses",
    ]
    titles += [f"cost {plan.patient.prices.currency}".strip()] if priced else []
    rows = []
    for option in plan.options:
        row = [option.title, option.first_session]
        row += [f"{c.value:.0%} ({c.lower:.0%}-{c.upper:.0%})" for c in option.chance.values()]
        row.append(f"{option.sessions:.1f}")
        row += [
            f"{each.value:.3g} ({each.lower:.2g}-{each.upper:.2g})" if each else ""
            for each in (option.first_count, option.first_yield)
        ]
        row.append(", ".join(f"{drug} {n:.1f} x {option.dose_mg[drug]:.3g} mg" for drug, n in option.doses.items()))
        if priced:
            row.append(f"{option.cost.value:,.0f}" + (" +" if option.unpriced else ""))
        rows.append(row)
    heading(f"Decision on {said(plan.patient.hour)}, held against population '{plan.population}'")
    table(titles, rows, right=range(2, 6), whole=(1,))
    console = out()
    console.print(
        "chances of 10^6 CD34+ cells/kg in all sessions (95% interval of the simulation); counts in cells/uL and"
    )
    console.print("yields in 10^6/kg with 90% of patients; sessions and doses expected from now to the highest target")
    console.print(f"effective sample {plan.ess:.0f} of {plan.tried:,} virtual patients; {plan.doubt}", soft_wrap=True)
    for caution in plan.cautions:
        console.print(f"! {caution}", soft_wrap=True)
    console.print("Research software, not a medical device.", style="bold")
