from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.endpoints.fold_increase import Options, measure


def asked(start, end, output="count"):
    return Options(**{"output": output, "from": start, "to": end})


def test_a_count_that_rises_from_57_to_62_and_a_half(bag, write_study, some_people):
    from unmoor.trial import load_study, simulate

    fold = "\n  - {name: fold, type: fold_increase, label: Fold, output: count, "
    fold += "from: first plerixafor, to: apheresis 1}\npub"
    study = load_study(write_study(("\npub", fold)))
    assert {94.0, 105.0} <= set(study.times.tolist())
    result = simulate(study, some_people(study, [1.0, 1.0], first_count=[10.0, 0.0], rise=[0.5, 0.0]))
    for arm in ("drug", "placebo"):  # the placebo arm has its first dose at the same time
        found = study.measure(study.endpoint("fold")).values(result, arm)
        np.testing.assert_allclose(found, [62.5 / 57.0, np.nan], rtol=1e-6)


def test_a_day_before_a_session(bag, bag_result):
    found = measure(asked("day 2 at 00:00", "24 h after day 2 at 00:00"), bag, "")
    np.testing.assert_allclose(found.values(bag_result, "drug")[:5], 34.0 / 22.0, rtol=1e-6)
    assert np.isnan(found.values(bag_result, "drug")[5])
    assert found.moments == (24.0, 48.0)
    assert found.unit == "1"


def test_nothing_before_makes_no_fold(bag, bag_result):
    found = measure(asked("day 2 at 00:00", "day 5 at 00:00", "plerixafor_concentration"), bag, "")
    assert (bag_result.curves["plerixafor_concentration"].sel(arm="drug", time=96.0)[:5] > 0).all()
    assert np.isnan(found.values(bag_result, "drug")).all()


def test_what_cannot_be_asked(bag, bag_result):
    with pytest.raises(BadInput, match="is not after"):
        measure(asked("day 3 at 00:00", "day 2 at 00:00"), bag, "")
    with pytest.raises(BadInput, match="outside the study"):
        measure(asked("day 3 at 00:00", "day 20 at 00:00"), bag, "")
    with pytest.raises(UnknownName, match="did you mean 'count'"):
        measure(asked("day 2 at 00:00", "day 3 at 00:00", "cuont"), bag, "")
    with pytest.raises(UnknownName, match="did you mean 'plerixafor'"):
        measure(asked("first plerixafo", "day 9 at 00:00"), bag, "")
    elsewhere = replace(bag_result, curves=bag_result.curves.sel(time=[0.0, 216.0]))
    with pytest.raises(BadInput, match="no curves at 24 h"):
        measure(asked("day 2 at 00:00", "day 3 at 00:00"), bag, "").values(elsewhere, "drug")
