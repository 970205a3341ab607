"""`unmoor show drug`: what a drug is, its values and their sources, and published exposures beside simulated ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unmoor.cli.console import heading, out, table
from unmoor.cli.rows import print_rows, spread

MOST_COURSES = 4  # the label's and three more
DOSE = 11.9  # hours in which a dose peaks before another is given


def show_drug(name: str, to: Path | None = None) -> None:
    """Print one drug, or write its page (.html) or picture (.svg, .png, .pdf) to `to` as well.

    Raises UnknownName with the nearest drug, and BadInput for another format.
    """
    from unmoor.base.sources import bibliography
    from unmoor.calibration import compare
    from unmoor.dosing import load_drug

    drug = load_drug(name)
    compared = compare(drug) if drug.label else ()
    if to is not None:
        from unmoor.reporting import drug_page

        out().print(str(drug_page(drug_content(drug, compared), to)), soft_wrap=True)
        return
    heading(f"{drug.name}: {drug.kind}")
    for term, text in facts(drug):
        out().print(f"  {term:<14}{text}", soft_wrap=True)
    print_rows("values", rows_of(drug))
    if compared:
        cells = [row[:9] for row in published(compared)]
        titles = ("row", "statistic", "regimen", "published", "simulated", "unit", "fold", "used", "verdict")
        table(titles, cells, right=(3, 4, 6), whole=(0, 3, 4, 5, 6))
    known = bibliography()
    for key in drug.references:
        out().print(f"  {key}: {known[key].text}" if key in known else f"  {key}", soft_wrap=True)
    if drug.label:
        out().print(f"  picture and page: unmoor show drug {drug.name} --to {drug.name}.html (or .svg, .png, .pdf)")


def facts(drug: Any) -> tuple[tuple[str, str], ...]:
    """Terms and what they are: names, mass, modules, routes and the label's regimen."""
    mass = drug.molar_mass
    found = [
        ("also called", ", ".join(drug.synonyms)),
        ("molar mass", f"{mass.value:g} {mass.unit} ({mass.source})"),
        ("kinetics", f"module {drug.pk}"),
        ("receptor", f"module {drug.receptor}" if drug.receptor else ""),
    ]
    for route in drug.routes:
        extras = [("bioavailability", route.bioavailability), ("lag", route.lag)]
        how = ", ".join(f"{what} {symbol}" for what, symbol in extras if symbol)
        found.append((f"route {route.name}", f"into {route.species}" + (f"; {how}" if how else "")))
    if drug.label:
        found.append(("label regimen", f"{'; '.join(drug.label.regimen)} ({drug.label.source})"))
    return tuple((term, text) for term, text in found if text)


def rows_of(drug: Any) -> list[Any]:
    """The rows of the drug's own table."""
    from unmoor.model import read_table

    return list(read_table(Path(drug.file).with_suffix(".csv"), []))


def published(compared: Any) -> tuple[tuple[str, ...], ...]:
    """Published numbers beside simulated ones, as text."""
    return tuple(
        (
            each.exposure.id,
            f"{each.exposure.time:g} h" if at(each) else each.exposure.statistic.replace("_", " "),
            each.exposure.regimen,
            f"{each.exposure.published:.4g}",
            f"{each.simulated:.4g}",
            each.exposure.unit,
            f"{each.fold:.2f}",
            each.exposure.use,
            each.verdict,
            f"{each.exposure.source} ({each.exposure.provenance})",
            each.exposure.note,
        )
        for each in compared
    )


def at(each: Any) -> bool:
    """Whether the number is a value at one time."""
    return bool(each.exposure.statistic == "at")


def drug_content(drug: Any, compared: Any) -> Any:
    """What the drug's page says, computed here and drawn by the reporting room.

    Raises BadInput for a drug without a label regimen.
    """
    from unmoor.base.sources import bibliography
    from unmoor.reporting import DrugPage

    values = tuple(
        (row.name, f"{row.value:g}", row.unit, spread(row), row.source, row.evidence, " ".join(row.note.split()))
        for row in rows_of(drug)
        if row.value is not None
    )
    known = bibliography()
    references = tuple((key, known[key].text if key in known else "") for key in drug.references)
    title = f"{drug.name}: {drug.kind}"
    return DrugPage(title, facts(drug), values, published(compared), references, exposures_of(drug, compared))


def exposures_of(drug: Any, compared: Any) -> Any:
    """The courses, dots and ratios of the drug's picture."""
    from unmoor.calibration import label_curves, published_curves
    from unmoor.reporting import Exposures, Ratio

    label = label_curves(drug)
    output = next(str(name) for name in label.data_vars if str(name).endswith("_concentration"))
    effect = next((str(name) for name in label.data_vars if str(name).endswith(("_occupancy", "_inhibition"))), None)
    shown = [each for each in compared if each.exposure.statistic in ("at", "peak") and each.exposure.output == output]
    ours = [each for each in shown if dose(each.exposure.regimen) == dose(drug.label.regimen[0])]
    others = dict.fromkeys(each.exposure.regimen for each in shown if each not in ours)
    courses = [course("; ".join(drug.label.regimen), label, output, effect, ours)]
    for regimen in list(others)[: MOST_COURSES - 1]:
        curves = published_curves(drug, regimen, drug.label.hours)
        theirs = [each for each in shown if each.exposure.regimen == regimen]
        courses.append(course(regimen, curves, output, effect, theirs))
    ratios = tuple(
        Ratio(ratio_text(each), each.simulated / each.exposure.published, each.exposure.low / each.exposure.published,
              each.exposure.high / each.exposure.published, each.exposure.use)
        for each in compared
    )  # fmt: skip
    effect_name = EFFECTS.get(effect or "", "")
    return Exposures(drug.name, str(label[output].attrs["units"]), effect_name, tuple(courses), ratios)


EFFECTS = {
    "cxcr4_occupancy": "CXCR4 that holds the antagonist",
    "gcsf_occupancy": "G-CSF receptors that hold the drug",
    "flt3_inhibition": "FLT3-ITD activity inhibited",
    "proteasome_inhibition": "20S proteasome activity of blood inhibited",
}


def dose(regimen: str) -> tuple[str, ...]:
    """Drug, amount, unit and route: what makes the first dose of two regimens the same."""
    return tuple(regimen.replace(",", "").split()[:4])


def ratio_text(each: Any) -> str:
    """One line of the picture: the row, what it is and both numbers."""
    from unmoor.reporting import number

    one = each.exposure
    what = f"{one.time:g} h" if at(each) else one.statistic.replace("late_", "").replace("_", " ")
    day = f" from {one.start:g} h" if one.statistic in ("peak", "area") and one.start > 1 else ""
    given = " ".join(dose(one.regimen)[1:])
    unit = "" if one.unit == "1" else f" {one.unit}"
    return f"{one.id}  {what}{day}, {given}: {number(each.simulated)} / {number(one.published)}{unit}"


def course(regimen: str, curves: Any, output: str, effect: str | None, shown: Any) -> Any:
    """One regimen with the published dots that lie on it: a peak stands where the curve peaks."""
    import numpy as np

    from unmoor.reporting import Course, Dot

    times = np.asarray(curves["time"].values, dtype=float)
    values = np.asarray(curves[output].values, dtype=float).ravel()
    dots = []
    for each in shown:
        one = each.exposure
        begin = one.start if one.start > 0 else 0.0
        span = (times >= begin) & (times <= begin + DOSE)
        time = one.time if one.statistic == "at" else float(times[span][values[span].argmax()])
        dots.append(Dot(time, one.published, one.low, one.high, one.use))
    acted = None if effect is None else np.asarray(curves[effect].values, dtype=float).ravel()
    return Course(regimen, times, values, acted, tuple(dots))
