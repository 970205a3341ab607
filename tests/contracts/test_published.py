"""What studies say about published values holds: evidence rows exist, and used in fitting means just that."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from unmoor.base.document import read_document
from unmoor.base.files import LIBRARY, library_names
from unmoor.calibration import is_study_plan, load_plan, load_study_plan
from unmoor.trial import Study, load_study

SHARED = Path(__file__).parents[3] / "shared" / "evidence"
STUDIES = library_names("studies", ".yaml")
MOBILISATION = [
    name
    for name in STUDIES
    if str(read_document(LIBRARY / "studies" / f"{name}.yaml").content["model"]).startswith("mobilisation")
]
IDENTIFIER = re.compile(r"[A-Z]{3}\d{3}|PH3\d{3}")


@cache
def study_of(name: str) -> Study:
    """A study of the library, read once."""
    return load_study(name)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of evidence."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def known() -> frozenset[str]:
    """Evidence ids of the library's own tables."""
    return frozenset(row["id"] for path in (LIBRARY / "evidence").glob("*.csv") for row in rows(path))


@cache
def fitted() -> frozenset[tuple[str, str, bool]]:
    """(id, output, whether its spread) of every row that the calibration of the mobilisation model was fitted to."""
    from unmoor.model import load_model

    sources = [row.source for row in load_model("mobilisation").rows.values() if row.source.startswith("fitted:")]
    plan = load_plan(Counter(sources).most_common(1)[0][0].removeprefix("fitted:").strip())
    used = {stage.name for stage in plan.stages if stage.parameters}
    table = rows(LIBRARY / "evidence" / f"{plan.targets}.csv")
    return frozenset(
        (row["id"], row["output"], row["stage"].startswith("spread")) for row in table if row["stage"] in used
    )


def measured(study: Study, name: str) -> str:
    """The output that an endpoint looks at, as a calibration calls it."""
    endpoint = study.endpoint(name)
    options: Any = endpoint.options
    output = getattr(options, "output", "")
    if getattr(options, "per", None) is not None:
        return "cd34"  # recruitment
    return output or ("collected" if endpoint.type in ("cells_collected", "reached_target") else "cd34")


@pytest.mark.parametrize("name", STUDIES)
def test_every_evidence_row_exists(name: str) -> None:
    for part in study_of(name).published:
        assert IDENTIFIER.fullmatch(part.evidence), f"{part.evidence} is no row of a table of evidence"
        if part.evidence in known():
            continue
        if not SHARED.is_dir():
            pytest.skip("the shared evidence is not here, and the row is not in the library's own tables")
        shared = {row["id"]: row for row in rows(SHARED / "mobilisation.csv")}
        assert part.evidence in shared
        assert part.recalled == (shared[part.evidence]["provenance"] == "recalled"), f"{part.evidence}: recalled or not"


@cache
def met() -> frozenset[str]:
    """Studies whose rows of `use: calibration` a fit to studies meets, all of them and no other."""
    plans = [name for name in library_names("calibrations", ".yaml") if is_study_plan(name)]
    return frozenset(study for plan in plans for study in load_study_plan(plan).studies)


@pytest.mark.parametrize("name", [name for name in STUDIES if name not in MOBILISATION])
def test_used_in_fitting_is_what_a_fit_to_studies_meets(name: str) -> None:
    targets = {row["id"] for row in rows(LIBRARY / "evidence" / "toxicity-targets.csv")}
    used = [part for part in study_of(name).published if part.use == "calibration"]
    if name in met():
        assert used, f"a calibration names {name}, which has no row to meet"
        return
    for part in used:
        # an adverse event was fitted by itself, to a row that the note names
        assert targets & set(IDENTIFIER.findall(part.note)), f"{part.evidence} was not fitted to and is called used"


@pytest.mark.parametrize("name", MOBILISATION)
def test_used_in_fitting_is_what_the_calibration_was_fitted_to(name: str) -> None:
    study = study_of(name)
    for part in study.published:
        measure = study.measure(study.endpoint(part.endpoint))
        spread = measure.kind == "number" and measure.statistic == "sd"
        if (part.evidence, measured(study, part.endpoint), spread) in fitted():
            assert part.use == "calibration", f"{part.evidence} was fitted to and is called a prediction"
        elif part.use == "calibration":
            # a value may be derived from a study that no stage was fitted to; then its row says so
            said = [row for row in study.model.rows.values() if "derived" in row.source and part.source in row.source]
            assert said, f"{part.evidence} ({part.endpoint}) was not fitted to and is called used in fitting"
