"""`unmoor show drug`: what a drug is, how it enters the body, its values and where they come from."""

from __future__ import annotations

from pathlib import Path

from unmoor.cli.console import heading, out
from unmoor.cli.rows import print_rows


def show_drug(name: str) -> None:
    """Print one drug.

    Raises UnknownName with the nearest drug.
    """
    from unmoor.base.sources import bibliography
    from unmoor.dosing import load_drug
    from unmoor.model import read_table

    drug = load_drug(name)
    heading(f"{drug.name}: {drug.kind}")
    mass = drug.molar_mass
    facts = [
        ("also called", ", ".join(drug.synonyms)),
        ("molar mass", f"{mass.value:g} {mass.unit} ({mass.source})"),
        ("kinetics", f"module {drug.pk}"),
        ("receptor", f"module {drug.receptor}" if drug.receptor else ""),
    ]
    for route in drug.routes:
        extras = [("bioavailability", route.bioavailability), ("lag", route.lag)]
        how = ", ".join(f"{what} {symbol}" for what, symbol in extras if symbol)
        facts.append((f"route {route.name}", f"into {route.species}" + (f"; {how}" if how else "")))
    for term, text in facts:
        if text:
            out().print(f"  {term:<14}{text}", soft_wrap=True)
    print_rows("values", read_table(Path(drug.file).with_suffix(".csv"), []))
    known = bibliography()
    for key in drug.references:
        out().print(f"  {key}: {known[key].text}" if key in known else f"  {key}", soft_wrap=True)
