"""The verb: complete, repeatable, monotone, and honest about what it cannot do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import unmoor
from unmoor.base.errors import UnmoorError
from unmoor.planning import Clinic, Count, Pack, Patient, Plan, Prices, Session, patient_to, plan
from unmoor.planning.world import World

EVERY = (
    "today", "today-plerixafor", "tomorrow", "tomorrow-volume", "wait", "plerixafor", "plerixafor-volume",
    "wait-plerixafor", "stop",
)  # fmt: skip


def test_every_option_has_a_complete_row(planned: Plan) -> None:
    assert tuple(each.name for each in planned.options) == EVERY
    for each in planned.options:
        assert set(each.chance) == {"2", "5"}
        for chance in (*each.chance.values(), *each.chance_first.values()):
            assert 0 <= chance.lower <= chance.value <= chance.upper <= 1
        assert each.chance["5"].value <= each.chance["2"].value
        assert 0 <= each.sessions <= 4
        assert (each.first_count is None) == (each.name == "stop")
        assert set(planned.bands[each.name].quantiles) == {0.05, 0.25, 0.5, 0.75, 0.95}
        assert ("plerixafor" in each.doses) == ("plerixafor" in each.name)
    assert planned.option("stop").chance["2"].upper == 0


def test_the_conditioned_curve_passes_the_measured_count(planned: Plan) -> None:
    band = planned.bands["past"]
    assert band.time[-1] == planned.patient.hour
    assert band.quantiles[0.05][-1] < 9 < band.quantiles[0.95][-1]
    assert band.quantiles[0.95][-1] / band.quantiles[0.05][-1] < 2.5


def test_the_public_verb_takes_a_patient_a_mapping_or_a_file_and_repeats_itself(
    planned: Plan, patient: Patient, tmp_path: Path
) -> None:
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(patient_to(patient)))
    exact = planned.to_dict()
    for same in (patient, patient_to(patient), file):
        assert unmoor.plan(same, patients=800).to_dict() == exact
    assert json.loads(json.dumps(exact)) == exact
    assert unmoor.plan(patient, patients=800, seed=2).to_dict() != exact


def test_a_higher_count_never_lowers_the_chance(patient: Patient) -> None:
    chances = [
        plan(replace(patient, counts=(Count("day 4 at 07:30", cells),)), patients=1500, only=("tomorrow", "plerixafor"))
        for cells in (3, 6, 10, 16, 30, 60)
    ]
    for name in ("tomorrow", "plerixafor"):
        for target in ("2", "5"):
            values = np.array([each.option(name).chance_first[target].value for each in chances])
            slack = max(c.option(name).chance_first[target].upper - v for c, v in zip(chances, values, strict=True))
            assert np.all(np.diff(values) > -slack)
            assert values[-1] > values[0]


def test_more_volume_and_plerixafor_never_lower_the_chance(planned: Plan) -> None:
    chance = {each.name: each.chance for each in planned.options}
    for target in ("2", "5"):
        assert chance["tomorrow-volume"][target].value >= chance["tomorrow"][target].value
        assert chance["plerixafor-volume"][target].value >= chance["plerixafor"][target].value
        assert chance["plerixafor"][target].value >= chance["tomorrow"][target].value


def test_a_yield_so_far_is_added_and_informs(patient: Patient) -> None:
    before = replace(patient, counts=(*patient.counts, Count("day 5 at 08:00", 12.0)))
    poor, good = (
        plan(
            replace(before, sessions=(Session("day 5 at 09:00", collected),), now="day 5 at 15:00"),
            patients=800, only=("tomorrow", "stop"),
        )
        for collected in (0.8, 2.1)
    )  # fmt: skip
    assert good.option("stop").chance["2"].value == 1
    assert poor.option("stop").chance["2"].value == 0
    assert good.option("tomorrow").first_yield.value > poor.option("tomorrow").first_yield.value  # type: ignore[union-attr]


def test_a_second_count_narrows_what_is_expected(patient: Patient, planned: Plan) -> None:
    both = plan(
        replace(patient, counts=(*patient.counts, Count("day 4 at 19:00", 11.0))), patients=800, only=("tomorrow",)
    )
    one, two = (each.option("tomorrow").first_count for each in (planned, both))
    assert one is not None
    assert two is not None
    assert np.log(two.upper / two.lower) < np.log(one.upper / one.lower)


def test_costs_are_stated_only_with_the_users_prices(patient: Patient, planned: Plan) -> None:
    assert all(each.cost is None for each in planned.options)
    prices = Prices("EUR", 1000.0, {"plerixafor": Pack(24.0, 6000.0), "filgrastim": Pack(0.48, 50.0)})
    row = plan(replace(patient, prices=prices), patients=800, only=("plerixafor",)).option("plerixafor")
    assert row.unpriced == ()
    # 18.7 mg of plerixafor open one pack, 0.78 mg of filgrastim two
    expected = row.sessions * 1000 + row.doses["plerixafor"] * 6000 + row.doses["filgrastim"] * 100
    assert row.cost is not None
    assert row.cost.value == pytest.approx(expected)


def test_renal_impairment_lowers_the_dose(patient: Patient) -> None:
    row = plan(replace(patient, creatinine_clearance=40.0), patients=400, only=("plerixafor",)).option("plerixafor")
    assert row.dose_mg["plerixafor"] == pytest.approx(0.16 * 78)


def test_sickle_cell_disease_gets_no_gcsf() -> None:
    patient = Patient(weight=65, disease="sickle cell disease", age=30, sex="female", creatinine_clearance=110,
                      counts=(Count("day 1 at 08:00", 3.0),), population="sickle-cell")  # fmt: skip
    found = plan(patient, patients=400)
    assert not any("filgrastim" in each.doses for each in found.options)
    assert found.option("plerixafor").doses


def test_without_measurements_the_population_is_the_forecast(patient: Patient) -> None:
    found = plan(replace(patient, counts=(), now="day 4 at 08:00"), patients=400, only=("tomorrow",))
    assert found.ess == pytest.approx(400)


def test_a_patient_whom_nobody_is_like_is_refused(patient: Patient) -> None:
    impossible = replace(
        patient, counts=(Count("day 4 at 07:30", 300.0), Count("day 4 at 08:30", 1.0)), clinic=Clinic(count_cv=0.1)
    )
    with pytest.raises(UnmoorError, match="are like this one"):
        plan(impossible, patients=200)


@pytest.mark.parametrize("patients", [10, True, 1.5, 10**7])
def test_a_foolish_number_of_patients_is_refused(patients: int, patient: Patient) -> None:
    with pytest.raises(UnmoorError, match="virtual patients"):
        plan(patient, patients=patients)


def test_unknown_options_are_refused_with_the_nearest(patient: Patient, planned: Plan, world: World) -> None:
    with pytest.raises(UnmoorError, match="did you mean 'plerixafor'"):
        planned.option("plerixafr")
    with pytest.raises(UnmoorError, match="unknown option"):
        plan(patient, patients=200, only=("transplant",))
