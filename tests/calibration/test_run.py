"""A whole calibration: fit, posterior, ranges of every row, and the command that gives it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unmoor.calibration import run as module
from unmoor.calibration.plan import Plan, load_plan
from unmoor.calibration.run import Calibration, calibrated, least_known
from unmoor.calibration.sampler import sample_posterior
from unmoor.calibration.target import COLUMNS

PLAN = """title: A volume and a clearance
targets: {targets}
scenarios:
  iv: {{model: plerixafor_pk, doses: ["plerixafor 1 mg iv once"], until: 24, every: 2}}
stages:
  - name: only
    about: two values
    parameters:
      - {{symbol: plerixafor_typical_central_volume, start: 9, lower: 1, upper: 100}}
      - {{symbol: plerixafor_renal_ratio, start: 0.5, lower: 0.005, upper: 5, prior: 0.5, prior_error: 0.7}}
  - name: beside
    about: a row that nothing is fitted to
"""
ROWS = """A1,only,iv,at,plerixafor_concentration,0,,100,ug/L,,,,,,0.1,1,hendrix2000,seen,
A2,beside,iv,at,plerixafor_concentration,6,,30,ng/mL,,,,,,0.2,1,hendrix2000,seen,
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder: Path = tmp_path_factory.mktemp("run")
    (folder / "rows.csv").write_text(",".join(COLUMNS) + "\n" + ROWS)
    (folder / "two.yaml").write_text(PLAN.format(targets=folder / "rows.csv"))
    return load_plan(folder / "two.yaml")


@pytest.fixture(scope="module")
def whole(plan: Plan) -> Calibration:
    def few(*given: object, **more: object) -> object:
        return sample_posterior(*given, walkers=16, candidates=4, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "sample_posterior", few)  # the same sampler with fewer walkers
        return calibrated(plan, draws=150, profiles=True)


def test_every_row_has_the_range_of_its_predictions(whole: Calibration) -> None:
    assert set(whole.ranges) == {("only", "A1"), ("beside", "A2")}
    low, high = whole.ranges["only", "A1"]
    # one row of error 0.1 holds the volume: 90% within 1.645 errors
    assert np.log([low / 100, high / 100]) == pytest.approx([-0.1645, 0.1645], abs=0.05)


def test_the_widest_are_profiled_where_none_is_named(whole: Calibration) -> None:
    assert least_known(whole.fit, whole.sample)[0] == ":plerixafor_renal_ratio"
    assert [each.parameter.symbol for each in whole.profiles] == [
        "plerixafor_renal_ratio", "plerixafor_typical_central_volume",
    ]  # fmt: skip


def test_the_command_gives_it_again(whole: Calibration, plan: Plan) -> None:
    assert whole.command == "unmoor calibrate two --starts 1 --draws 150"
    alone = calibrated(plan, draws=0)
    assert (alone.sample, alone.ranges, alone.profiles) == (None, {}, ())
    assert alone.fit == whole.fit
