"""The fit: known values come back from made-up rows, and the library's tables hold what the library's fit gives."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import UnknownName
from unmoor.calibration.estimate import Estimate, Fit, calibrate
from unmoor.calibration.plan import Parameter, load_plan
from unmoor.calibration.predict import Held, predict
from unmoor.calibration.target import COLUMNS, read_targets
from unmoor.model import load_model

PLAN = """title: Known values
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 24, every: 0.5}}
  kidneys-gone:
    model: plerixafor_pk
    doses: ["plerixafor 1 mg iv once"]
    covariates: {{creatinine_clearance: 10}}
    until: 24
    every: 0.5
stages:
  - name: clearance
    about: two clearances
    parameters:
      - {{symbol: plerixafor_nonrenal_clearance, start: 1, lower: 0.05, upper: 20}}
      - {{symbol: plerixafor_renal_ratio, start: 1, lower: 0.05, upper: 20}}
  - name: volume
    about: a volume, with a prior
    parameters:
      - symbol: plerixafor_typical_central_volume
        start: 5
        lower: 1
        upper: {upper}
        prior: 10
        prior_error: {prior_error}
"""
TRUTH = np.array([[3.0, 0.4]])


def fitted(folder: Path, prior_error: float = 1e6, upper: float = 60, volume: float = 20.0) -> Fit:
    """The fit to rows that the model itself made with TRUTH and `volume` litres."""
    rows = [
        {"id": "A1", "stage": "clearance", "scenario": "iv", "time": "24"},
        {"id": "A2", "stage": "clearance", "scenario": "kidneys-gone", "time": "24"},
        {"id": "A3", "stage": "volume", "scenario": "iv", "time": "0", "statistic": "at", "from": ""},
    ]
    common = {
        "statistic": "area", "output": "plerixafor_concentration", "from": "0", "value": "1", "unit": "ng h/mL",
        "error": "0.1", "source": "hendrix2000", "provenance": "seen",
    }  # fmt: skip
    table, file = folder / "rows.csv", folder / "known.yaml"
    file.write_text(PLAN.format(targets=table, prior_error=prior_error, upper=upper))
    plan = load_plan(file)

    def write(values: list[float]) -> None:
        with table.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, restval="")
            writer.writeheader()
            for row, value in zip(rows, values, strict=True):
                writer.writerow({**common, **row, "value": repr(float(value))})

    write([1.0, 1.0, 1.0])
    rows_read = read_targets(plan.targets, plan)
    both = [each for stage in plan.stages for each in stage.parameters]
    # while the clearances are fitted the volume is still the library's
    early = predict(plan, rows_read, both[:2], TRUTH, Held())[0]
    late = predict(plan, rows_read, both, np.array([[*TRUTH[0], volume]]), Held())[0]
    write([early[0], early[1], late[2]])
    return calibrate(plan)


def test_known_values_come_back(tmp_path: Path) -> None:
    fit = fitted(tmp_path)
    found = [each.value for stage in fit.stages for each in stage.estimates]
    assert found == pytest.approx([3.0, 0.4, 20.0], rel=2e-3)
    assert all(stage.misfit < 1e-6 for stage in fit.stages)


def test_a_prior_pulls_by_its_weight(tmp_path: Path) -> None:
    # one row of error 0.1 against a prior of error 0.1: the logarithms meet half way (the value is as 1/volume)
    volume = fitted(tmp_path, prior_error=0.1).stages[1].estimates[0]
    assert volume.value == pytest.approx(math.sqrt(10 * 20), rel=1e-3)
    assert volume.error == pytest.approx(0.1 / math.sqrt(2), rel=0.02)


def test_a_value_pushed_out_of_its_bounds_is_told(tmp_path: Path) -> None:
    fit = fitted(tmp_path, upper=12)
    assert fit.stages[1].estimates[0].on_bound
    assert math.isnan(fit.stages[1].estimates[0].error)
    assert fit.stages[1].outcomes[0].residual == pytest.approx(math.log(20 / 12) / 0.1, rel=1e-2)


def test_the_same_numbers_come_out_twice(tmp_path: Path) -> None:
    assert fitted(tmp_path) == fitted(tmp_path)


CHAINED = """title: Two stages of one volume
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 1, every: 1}}
stages:
  - name: first
    about: a volume
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 5, lower: 0.1, upper: 600}}
  - name: second
    about: the same with another row
    {how}: [first]
"""


@pytest.mark.parametrize("how", ["carries", "again"])
def test_a_later_stage_refines_what_an_earlier_one_found(tmp_path: Path, how: str) -> None:
    lines = [
        f"{name},{name},iv,at,plerixafor_concentration,0,,{value},ug/L,,,,,,{error},1,hendrix2000,seen,"
        for name, value, error in (("first", 100, 0.1), ("second", 200, 0.2))
    ]
    (tmp_path / "rows.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    (tmp_path / "two.yaml").write_text(CHAINED.format(targets=tmp_path / "rows.csv", how=how))
    fit = calibrate(load_plan(tmp_path / "two.yaml"))
    first, second = (stage.estimates[0] for stage in fit.stages)
    # weighted mean of the logarithms, weights 100 and 25: a fifth of the way from the first to the second
    assert second.value / first.value == pytest.approx(2 ** (-1 / 5), rel=1e-4)
    assert second.error == pytest.approx(1 / math.sqrt(125), rel=1e-2)
    assert fit.estimates == (second,)
    assert len(fit.stages[1].outcomes) == (2 if how == "again" else 1)


def test_chosen_stages_are_fitted_alone_and_the_tables_give_the_rest(tmp_path: Path) -> None:
    plan = fitted(tmp_path).plan
    fit = calibrate(plan, stages=["volume"])
    assert [stage.stage.name for stage in fit.stages] == ["volume"]
    with pytest.raises(UnknownName, match="did you mean 'volume'"):
        calibrate(plan, stages=["volumes"])


def held_value(estimate: Estimate, people: int) -> float:
    """What the library's tables hold for an estimate."""
    parameter: Parameter = estimate.parameter
    overlay = (
        [Path(load_plan("mobilisation-second").file).parents[1] / str(parameter.file)]
        if "populations" in str(parameter.file)
        else []
    )
    row = load_model("mobilisation", overlay=overlay).rows[parameter.symbol]
    value = row.spread if people else row.value
    assert value is not None
    return value


def test_the_tables_hold_what_the_calibration_gives() -> None:
    fit = calibrate(load_plan("mobilisation-second"))
    wrong = {}
    for stage in fit.stages:
        for estimate in stage.estimates:
            if estimate.parameter.file:
                held = held_value(estimate, stage.stage.people)
                if held != pytest.approx(estimate.value, rel=5e-3):
                    wrong[estimate.parameter.key] = (held, estimate.value)
    assert not wrong, "run `unmoor calibrate mobilisation-second --write --page docs/calibration.md`"
    assert sum(abs(each.residual) > 2 for stage in fit.stages[:3] for each in stage.outcomes) <= 2
