"""A fit to studies finds the values that made the published rows, and weighs rows as trials of their size can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration import fit_studies, load_study_plan, study_summary
from unmoor.calibration.study_fit import FAR, _against, _met, numbers_in
from unmoor.model.numbers import with_numbers
from unmoor.population import sample
from unmoor.trial import evaluate, load_study, simulate

STUDY = """title: One dose in healthy people
question: none
reference: [mozobil_us]
model: plerixafor_pk
population: healthy-donor
duration: 12 h
sampling: {every: 30 min, outputs: [plerixafor_concentration]}
arms:
  - {name: high, title: High, n: 30, doses: ["plerixafor 240 ug/kg sc once"]}
  - {name: unused, title: Low, n: 30, doses: ["plerixafor 80 ug/kg sc once"]}
endpoints:
  - {name: area, type: area_under_curve, label: Area, output: plerixafor_concentration, from: first plerixafor, to: 12 h after first plerixafor}
  - {name: high, type: reached_level, label: At least 800 ng/mL, output: plerixafor_concentration, level: 800 ng/mL}
  - {name: later, type: value_at, label: At 12 h, output: plerixafor_concentration, at: 12 h after first plerixafor}
published:
  - {endpoint: area, arm: high, value: AREA ng h/mL, n: 30, evidence: made, source: mozobil_us, use: calibration}
  - {endpoint: high, arm: high, events: EVENTS, n: 30, evidence: made, source: mozobil_us, use: calibration}
  - {endpoint: later, arm: high, value: 50 ng/mL, n: 30, evidence: made, source: mozobil_us, use: predicted}
"""  # noqa: E501
PLAN = """title: Clearance and volume from one study
studies: [{study}]
people: 200
error: 0.01
parameters:
  - {{symbol: plerixafor.renal_ratio, start: 0.45, lower: 0.1, upper: 3}}
  - {{symbol: plerixafor.typical_central_volume, start: 14, lower: 2, upper: 60}}
"""
TRUTH = {("plerixafor_renal_ratio", "value"): 0.7, ("plerixafor_typical_central_volume", "value"): 9.0}


def files(folder: Path, area: float = 1.0, events: int = 1) -> Path:
    study = folder / "one-dose.yaml"
    study.write_text(STUDY.replace("AREA", f"{area:.6g}").replace("EVENTS", str(events)))
    plan = folder / "one.yaml"
    plan.write_text(PLAN.format(study=study))
    return plan


def truth(folder: Path) -> tuple[float, float]:
    """Area and share with a high peak in the plan's virtual patients at the true values."""
    study = load_study(files(folder).parent / "one-dose.yaml")
    model = with_numbers(study.model, TRUTH)
    patients = sample(study.population.over(model), 200, 1)
    table = evaluate(study, simulate(study, patients)).set_index(["endpoint", "arm"])
    return tuple(float(table.loc[(name, "high"), "estimate"]) for name in ("area", "high"))


def test_the_values_that_made_the_rows_are_found(tmp_path: Path) -> None:
    area, share = truth(tmp_path)
    plan = load_study_plan(files(tmp_path, area, round(30 * share)))
    fit = fit_studies(plan)
    found = {each.parameter.symbol: each.value for each in fit.estimates}
    assert found["plerixafor.renal_ratio"] == pytest.approx(0.7, rel=0.05)
    # the share is known to one of thirty patients only
    assert found["plerixafor.typical_central_volume"] == pytest.approx(9.0, rel=0.15)
    assert list(fit.rows["endpoint"]) == ["area", "high"]
    assert fit.misfit < 0.1
    text = study_summary(fit)
    assert "plerixafor.renal_ratio" in text
    assert "simulations of 200 virtual patients" in text


def test_only_what_is_met_is_simulated(tmp_path: Path) -> None:
    met = _met(load_study(files(tmp_path).parent / "one-dose.yaml"))
    assert [arm.name for arm in met.arms] == ["high"]
    assert [each.name for each in met.endpoints] == ["area", "high"]
    assert all(part.use == "calibration" for part in met.published)


def table(**columns: float) -> pd.DataFrame:
    """One row as `evaluate` gives it."""
    return pd.DataFrame({name: [value] for name, value in ({"predicted_n": np.nan} | columns).items()})


def test_a_share_weighs_by_its_likelihood() -> None:
    row = table(estimate=0.6, published=29 / 30, published_n=30, n=200)
    expected = 2 * (binom.logpmf(29, 30, 29 / 30) - binom.logpmf(29, 30, 0.6))
    found = _against(row, np.array([np.nan]))[0]
    assert found < 0
    assert found**2 == pytest.approx(expected)


def test_a_share_that_no_virtual_patient_has_is_held_against_half_a_patient() -> None:
    row = table(estimate=0.0, published=0.1, published_n=30, n=200)
    expected = 2 * (binom.logpmf(3, 30, 0.1) - binom.logpmf(3, 30, 0.5 / 200))
    assert _against(row, np.array([np.nan]))[0] ** 2 == pytest.approx(expected)


def test_a_number_weighs_by_its_logarithm_and_one_that_is_missing_is_far_off() -> None:
    error = np.array([0.2])
    assert _against(table(estimate=20, published=10, published_n=30, n=200), error)[0] == pytest.approx(np.log(2) / 0.2)
    for missing, sign in ((np.nan, 1), (np.inf, 1), (0.0, -1)):
        found = _against(table(estimate=missing, published=10, published_n=30, n=200), error)[0]
        assert found == pytest.approx(sign * FAR / 0.2)


def test_a_parameter_acts_where_the_model_has_it(tmp_path: Path) -> None:
    plan = load_study_plan(files(tmp_path))
    study = load_study(tmp_path / "one-dose.yaml")
    numbers = numbers_in(study, plan.parameters, np.array([0.5, 8.0]))
    assert numbers == {
        ("plerixafor_renal_ratio", "value"): 0.5,
        ("plerixafor_typical_central_volume", "value"): 8.0,
    }


def test_what_cannot_be_fitted_is_refused(tmp_path: Path) -> None:
    path = files(tmp_path)
    text = path.read_text()
    path.write_text(text.replace("renal_ratio", "renal_ration"))
    with pytest.raises(UnknownName, match=r"unknown parameter 'plerixafor\.renal_ration'"):
        fit_studies(load_study_plan(path))
    path.write_text(text)
    study = tmp_path / "one-dose.yaml"
    study.write_text(study.read_text().replace("use: calibration", "use: predicted"))
    with pytest.raises(BadInput, match="has no row to meet"):
        fit_studies(load_study_plan(path))
