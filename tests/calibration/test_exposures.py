from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.calibration import compare, drug_model, label_curves
from unmoor.calibration.exposures import TABLE, Compared, exposures, published_curves
from unmoor.dosing import load_drug

HEAD = TABLE.read_text(encoding="utf-8").splitlines()[0]


def table(folder: Path, row: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    return path


def test_a_row_is_read_with_its_person(tmp_path: Path) -> None:
    row = (
        "X1,plerixafor,area,plerixafor_concentration,plerixafor 20 mg sc once,weight=75 creatinine_clearance=40,0,24,7"
    )
    (found,) = exposures(
        load_drug("plerixafor"), table(tmp_path, f"{row},mg*h/L,5,9,12,some,a2000,seen,held,2,miss: said")
    )
    assert found.covariates == {"weight": 75.0, "creatinine_clearance": 40.0}
    assert (found.start, found.time, found.published, found.low, found.high) == (0, 24, 7, 5, 9)
    assert found.is_miss


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (("area", "arae"), UnknownName, "arae"),
        (("held", "hold"), UnknownName, "hold"),
        (("a2000", ""), BadInput, "no source"),
        ((",7,", ",seven,"), BadInput, "'seven', not a number"),
        (("held,2", "held,0.5"), BadInput, "within of X1"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(
    tmp_path: Path, change: tuple[str, str], error: type[Exception], said: str
) -> None:
    row = (
        "X1,plerixafor,area,plerixafor_concentration,plerixafor 20 mg sc once,,0,24,7,mg*h/L,,,,some,a2000,seen,held,2,"
    )
    with pytest.raises(error, match=said):
        exposures(load_drug("plerixafor"), table(tmp_path, row.replace(*change)))


def test_the_fold_is_the_same_above_and_below(tmp_path: Path) -> None:
    row = "X1,plerixafor,peak,plerixafor_concentration,plerixafor 20 mg sc once,,,,10,ng/mL,,,,some,a2000,seen,held,2,"
    (one,) = exposures(load_drug("plerixafor"), table(tmp_path, row))
    assert Compared(one, 5.0).fold == Compared(one, 20.0).fold == 2
    assert (Compared(one, 20.0).verdict, Compared(one, 21.0).verdict) == ("within", "miss")


def test_a_half_life_is_that_of_the_closed_form() -> None:
    found = {each.exposure.id: each.simulated for each in compare(load_drug("dexamethasone"))}
    sum_, product = 15.05 / 40.4 + 16.3 / 40.4 + 16.3 / 31.1, 15.05 / 40.4 * 16.3 / 31.1
    slow = (sum_ - np.sqrt(sum_**2 - 4 * product)) / 2
    assert found["DRG062"] == pytest.approx(np.log(2) / slow, rel=0.01)


def test_label_curves_begin_at_nothing_and_meet_every_bolus() -> None:
    curves = label_curves(load_drug("bortezomib"))
    values = curves["bortezomib_concentration"].values.ravel()
    hours = curves["time"].values
    peaks = [values[np.flatnonzero(hours == hour)[0]] for hour in (0, 72, 168, 240)]
    assert np.ptp(peaks) < 0.02 * max(peaks)  # a bolus of the same size, whatever the target still holds
    assert published_curves(load_drug("bortezomib"), "bortezomib 1 mg iv once", 5)["time"].values[-1] == 5


def test_a_drug_without_a_model_of_its_own_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nodrug.yaml"
    path.write_text(
        "name: nodrug\nkind: none\nmolar_mass: {value: 1, unit: g/mol, source: assumed}\n"
        "routes:\n  iv: {species: central}\npk: two_compartment\nreferences: []\n"
    )
    drug = load_drug(path)
    with pytest.raises(BadInput, match="no model holds nodrug alone"):
        drug_model(drug)
    with pytest.raises(BadInput, match="no label regimen"):
        label_curves(drug)
