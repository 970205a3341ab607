"""Every study, of the library or an example, goes from its file to a report, and its numbers do not depend on how."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import unmoor
from unmoor.base.files import library_names
from unmoor.base.result import Result
from unmoor.trial import Study
from unmoor.trial.among import members

EXAMPLES = sorted(str(path) for path in (Path(__file__).parents[2] / "examples").glob("*/study.yaml"))
STUDIES = [*library_names("studies", ".yaml"), *EXAMPLES]
N = 20
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""", re.IGNORECASE)


@pytest.fixture(scope="module", params=STUDIES, ids=lambda name: Path(name).parent.name or name)
def study(request: pytest.FixtureRequest) -> Study:
    """A study of the library or of an example."""
    return unmoor.load_study(request.param)


@pytest.fixture(scope="module")
def result(study: Study) -> Result:
    """The study in 20 patients an arm."""
    return unmoor.simulate(study, unmoor.sample(study.population, n=N, seed=1))


@pytest.fixture(scope="module")
def table(study: Study, result: Result) -> pd.DataFrame:
    """The evaluated result."""
    return unmoor.evaluate(study, result)


def test_the_library_has_studies() -> None:
    assert library_names("studies", ".yaml")


def test_every_patient_of_every_arm_is_computed(study: Study, result: Result) -> None:
    assert result.arms == tuple(arm.name for arm in study.arms)
    assert result.n == N
    assert int((result.status != 0).sum()) == 0, result.failed
    for arm in study.arms:
        inside = members(arm.among, result.patients)
        assert inside.any(), f"nobody is in arm {arm.name}"
        assert all(np.isfinite(curve.sel(arm=arm.name)[inside]).all() for curve in result.curves.values())
        assert all(np.isnan(curve.sel(arm=arm.name)[~inside]).all() for curve in result.curves.values())
    assert set(study.outputs) <= set(map(str, result.curves))
    assert all(curve.attrs["units"] for curve in result.curves.values())


def test_every_endpoint_has_a_number_in_every_arm(study: Study, table: pd.DataFrame) -> None:
    for endpoint in study.endpoints:
        rows = table[table["endpoint"] == endpoint.name]
        assert {arm.name for arm in study.arms} <= set(rows["arm"])
        known = rows[rows["n"] > 0]
        assert known["estimate"].notna().all()
        assert (known["lower"].isna() | (known["lower"] <= known["estimate"])).all()
        assert (known["upper"].isna() | (known["upper"] >= known["estimate"])).all()
    assert (table["n_failed"] == 0).all()


def test_every_published_value_stands_beside_its_simulated_one(study: Study, table: pd.DataFrame) -> None:
    for part in study.published:
        rows = table[(table["endpoint"] == part.endpoint) & (table["arm"] == part.arm) & table["published"].notna()]
        expected = part.events / part.n if part.events is not None else part.value
        expected = float(part.negative) if part.negative is not None else expected
        assert any(np.isclose(rows["published"], expected)), part
        assert rows["evidence"].str.contains(part.evidence, regex=False).any()


def test_the_report_is_one_file_that_asks_nobody_for_anything(
    study: Study, result: Result, table: pd.DataFrame, tmp_path: Path
) -> None:
    path = unmoor.report(study, result, table, to=tmp_path / "report.html")
    page = path.read_text(encoding="utf-8")
    assert not OUTSIDE.search(page), OUTSIDE.search(page)
    assert study.title in page
    assert "not a medical device" in page
    for endpoint in study.endpoints:
        assert typeset(endpoint.label) in html.unescape(page)
    for key in study.reference:
        assert key in page


def test_neither_chunks_nor_threads_nor_more_patients_change_it(study: Study, result: Result) -> None:
    patients = unmoor.sample(study.population, n=N + 3, seed=1)
    other = unmoor.simulate(study, patients, chunk=7, threads=1)
    for name, curve in result.curves.items():
        xr.testing.assert_allclose(curve, other.curves[name].isel(patient=slice(N)), rtol=1e-6)
    pd.testing.assert_frame_equal(ordered(result.doses), ordered(other.doses.query("patient < @N")))


def typeset(label: str) -> str:
    """A label as the report sets it: powers of ten raised, a real times sign."""
    digits = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    raised = re.sub(r"10\^(\d+)", lambda found: "10" + found[1].translate(digits), label)
    return re.sub(r"\bu(?=L\b)", "µ", raised.replace(" x 10", " × 10"))


def ordered(doses: pd.DataFrame) -> pd.DataFrame:
    """The dose record sorted by arm, patient and time; chunks only change the order of its rows."""
    return doses.sort_values(["arm", "patient", "time", "drug"], kind="stable").reset_index(drop=True)


def test_arms_share_their_patients(study: Study, result: Result) -> None:
    first = result.curves.isel(time=0)
    for curve in first.values():
        values = curve.transpose("arm", "patient").values
        known = np.isfinite(values)
        assert all(np.unique(values[known[:, k], k]).size <= 1 for k in range(result.n))


def test_a_saved_run_reads_back_the_same(result: Result, tmp_path: Path) -> None:
    again = Result.load(result.save(tmp_path / "run"))
    xr.testing.assert_equal(again.curves, result.curves)
    pd.testing.assert_frame_equal(again.doses.reset_index(drop=True), result.doses.reset_index(drop=True))
    assert again.provenance == result.provenance
