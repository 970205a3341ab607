"""The loop on the real engine, with a bag whose filling can be worked out by hand: speed times hours of sessions."""

import numpy as np
import pytest

from unmoor.trial import load_study, simulate

STOP = "after each apheresis: stop apheresis when collected >= 5 10^6 cells/kg"
SKIP = "before each plerixafor: skip unless apheresis follows within 24 h"


def doses(result, arm, patient):
    table = result.doses
    return table[(table["arm"] == arm) & (table["patient"] == patient)]["time"].tolist()


def performed(result, arm="drug"):
    return result.sessions["performed"].sel(arm=arm).values.sum(axis=1).tolist()


def outcome(write_study, some_people, speeds, *rules, changes=(), **columns):
    """The bag study under these rules."""
    text = "\n".join(f"  - {rule}" for rule in rules)
    study = load_study(write_study((f"  - {STOP}\n  - {SKIP}", text), *changes))
    return simulate(study, some_people(study, speeds, **columns))


def test_sessions_stop_at_the_target_and_the_drug_with_them(bag_result):
    cumulative = bag_result.sessions["cumulative"].sel(arm="drug").values
    expected = [[8.0] * 4, [2.8, 5.6, 5.6, 5.6], [1.8, 3.6, 5.4, 5.4], [1.28, 2.56, 3.84, 5.12], [0.4, 0.8, 1.2, 1.6]]
    np.testing.assert_allclose(cumulative[:5], expected, rtol=1e-9)
    assert performed(bag_result) == [1, 2, 3, 4, 4, 0]
    assert doses(bag_result, "drug", 100) == [94.0]
    assert doses(bag_result, "drug", 102) == [94.0, 118.0, 142.0]
    assert doses(bag_result, "drug", 104) == [94.0, 118.0, 142.0, 166.0]


def test_the_placebo_arm_reacts_to_the_same_rules_and_gets_no_drug(bag_result):
    assert performed(bag_result, "placebo") == [1, 2, 3, 4, 4, 0]
    assert doses(bag_result, "placebo", 101) == [94.0, 118.0]
    placebo = bag_result.doses[bag_result.doses["arm"] == "placebo"]
    assert set(placebo["drug"]) == {"placebo for plerixafor"}
    assert (placebo["nmol"] == 0).all()
    drug = bag_result.curves["plerixafor_concentration"]
    assert float(drug.sel(arm="placebo").max()) == 0.0
    assert (np.max(drug.sel(arm="drug"), axis=1)[:5] > 100).all()


def test_a_skipped_dose_leaves_no_trace_in_the_blood(bag_result):
    drug = bag_result.curves["plerixafor_concentration"].sel(arm="drug")
    after = drug.sel(time=slice(118.0, 216.0))
    assert float(after.sel(patient=100).max()) < 0.05 * float(after.sel(patient=101).max())
    np.testing.assert_array_equal(drug.sel(patient=100, time=slice(0, 114)), drug.sel(patient=101, time=slice(0, 114)))


def test_counts_are_taken_just_before_the_session(bag_result):
    count = bag_result.sessions["pre_count"].sel(arm="drug").values
    np.testing.assert_allclose(count[3], 10 + 0.5 * np.array([105.0, 129.0, 153.0, 177.0]))
    assert np.isnan(count[0, 1:]).all()
    np.testing.assert_array_equal(
        bag_result.sessions["start"].sel(arm="drug").values[1], [105.0, 129.0, np.nan, np.nan]
    )


def test_curves_follow_the_sessions(bag_result):
    bag = bag_result.curves["collected"].sel(arm="drug", patient=101)
    assert float(bag.sel(time=102.0)) == 0.0
    assert float(bag.sel(time=108.0)) == pytest.approx(0.7 * 3)  # three hours into the first session
    assert float(bag.sel(time=126.0)) == pytest.approx(0.7 * 4)
    assert float(bag.sel(time=216.0)) == pytest.approx(0.7 * 8)


def test_a_patient_that_fails_is_no_number_anywhere(bag_result):
    assert (bag_result.status.sel(patient=105) != 0).all()
    assert np.isnan(bag_result.curves["count"].sel(patient=105)).all()
    assert np.isnan(bag_result.sessions["cumulative"].sel(patient=105)).all()
    failed = bag_result.failed
    assert failed["patient"].tolist() == [105, 105]
    assert failed["state"].tolist() == ["frail", "frail"]
    assert failed["time"].to_numpy() == pytest.approx(100.0, abs=0.1)  # one over `breaking`
    assert (bag_result.status.sel(patient=slice(100, 104)) == 0).all()


def test_without_rules_everything_planned_happens(write_study, some_people):
    study = load_study(write_study((f"rules:\n  - {STOP}\n  - {SKIP}\n", "")))
    result = simulate(study, some_people(study, [2.0]))
    assert performed(result) == [4]
    assert doses(result, "drug", 100) == [94.0, 118.0, 142.0, 166.0]


def test_a_bare_stop_ends_drugs_and_procedures(write_study, some_people):
    result = outcome(
        write_study, some_people, [2.0, 0.1], "after each apheresis: stop when collected >= 5 10^6 cells/kg"
    )
    assert performed(result) == [1, 4]
    assert doses(result, "drug", 100) == [94.0]


def test_a_stop_may_name_a_drug_only(write_study, some_people):
    rule = "after each apheresis: stop plerixafor when yield < 1 10^6 cells/kg"
    result = outcome(write_study, some_people, [2.0, 0.1], rule)
    assert performed(result) == [4, 4]
    assert doses(result, "drug", 100) == [94.0, 118.0, 142.0, 166.0]
    assert doses(result, "drug", 101) == [94.0]


def test_sessions_so_far_can_be_counted(write_study, some_people):
    result = outcome(write_study, some_people, [2.0], "after each apheresis: stop when sessions >= 3")
    assert performed(result) == [3]


def test_a_session_can_be_skipped_by_the_count_of_the_moment(write_study, some_people):
    rule = "before each apheresis: skip unless count >= 75 cells/uL"  # 62.5, 74.5, 86.5, 98.5
    result = outcome(write_study, some_people, [1.0], rule)
    np.testing.assert_array_equal(result.sessions["performed"].values[0, 0], [False, False, True, True])
    np.testing.assert_allclose(result.sessions["cumulative"].values[0, 0], [0.0, 0.0, 4.0, 8.0])


def test_conditions_joined_by_and(write_study, some_people):
    rule = "after each apheresis: stop when sessions >= 2 and yield < 1 10^6 cells/kg"
    assert performed(outcome(write_study, some_people, [2.0, 0.1], rule)) == [4, 2]


def test_a_rescue_dose_is_added_for_those_who_need_it(write_study, some_people):
    rule = "on day 2 at 20:00: give plerixafor 10 mg sc when count < 30 cells/uL"
    result = outcome(write_study, some_people, [1.0, 1.0], rule, first_count=[10.0, 5.0])  # 32 and 27 then
    table = result.doses[result.doses["arm"] == "drug"]
    assert doses(result, "drug", 100) == [94.0, 118.0, 142.0, 166.0]
    assert doses(result, "drug", 101) == [44.0, 94.0, 118.0, 142.0, 166.0]
    assert table[table["patient"] == 101]["amount"].tolist()[0] == 10.0
    assert table[table["patient"] == 101]["dose"].tolist() == [1, 2, 3, 4, 5]
    rescued = result.curves["plerixafor_concentration"].sel(arm="drug", patient=101)
    assert float(rescued.sel(time=48.0)) > 100.0
    assert float(rescued.sel(time=42.0)) == 0.0


def test_an_infusion_given_by_a_rule_spans_a_later_decision(write_study, some_people):
    rules = [
        "on day 2 at 00:00: give plerixafor 10 mg iv over 10 hours",
        "on day 2 at 06:00: stop when count > 1000 cells/uL",
    ]
    result = outcome(write_study, some_people, [1.0], *rules)
    alone = outcome(write_study, some_people, [1.0], rules[0])
    drug, same = (each.curves["plerixafor_concentration"].sel(arm="placebo", patient=100) for each in (result, alone))
    np.testing.assert_allclose(drug, same, rtol=1e-4, atol=1e-3)
    assert float(drug.sel(time=30.0)) > 100.0


def test_who_withdraws_gets_nothing_more_and_is_marked(write_study, some_people):
    rules = ["before each apheresis: withdraw when count < 65 cells/uL", "on day 6 at 12:00: give plerixafor 1 mg sc"]
    result = outcome(write_study, some_people, [1.0, 1.0], *rules, first_count=[10.0, 20.0])
    assert performed(result) == [0, 4]
    assert doses(result, "drug", 100) == [94.0]
    assert 132.0 in doses(result, "drug", 101)
    assert result.patients["withdrawn (drug)"].tolist()[0] == 105.0
    assert np.isnan(result.patients["withdrawn (drug)"].tolist()[1])


def test_a_decision_at_the_very_beginning(write_study, some_people):
    result = outcome(
        write_study,
        some_people,
        [1.0, 1.0],
        "on day 1 at 00:00: withdraw when count < 8 cells/uL",
        first_count=[10.0, 5.0],
    )
    assert performed(result) == [4, 0]
    assert doses(result, "drug", 101) == []


def test_a_rule_sees_what_was_before_the_dose_of_its_own_time(write_study, some_people):
    """An intravenous dose lifts the concentration above 500 ng/mL at once, and a day later little is left."""
    intravenous = [("plerixafor 0.24 mg/kg sc", "plerixafor 0.24 mg/kg iv")]
    for condition, given in (("when", [94.0, 118.0, 142.0, 166.0]), ("unless", [])):
        rule = f"before each plerixafor: skip {condition} plerixafor_concentration > 500 ng/mL"
        result = outcome(write_study, some_people, [1.0], rule, changes=intravenous)
        assert doses(result, "drug", 100) == given
        peak = float(result.curves["plerixafor_concentration"].sel(arm="drug").max())
        assert peak > 100 if given else peak == 0.0


def test_a_stop_reaches_what_begins_at_its_very_moment(write_study, some_people):
    changes = [("on days 4-7 at 22:00", "on days 4-7 at 13:00"), ("on days 4-7 at 22:00", "on days 4-7 at 13:00")]
    rule = "after each apheresis: stop plerixafor when collected >= 5 10^6 cells/kg"  # sessions end at 13:00
    result = outcome(write_study, some_people, [2.0], rule, changes=changes)
    assert doses(result, "drug", 100) == [85.0]


def test_a_failed_patient_is_given_nothing_more(write_study, some_people):
    result = outcome(write_study, some_people, [0.1, 0.1], STOP, breaking=[0.0, 0.01])
    assert doses(result, "drug", 100) == [94.0, 118.0, 142.0, 166.0]
    assert doses(result, "drug", 101) == [94.0]  # it failed at 100 h


def test_a_session_at_the_very_end_of_the_study_counts(write_study, some_people):
    study = load_study(write_study(("duration: 9 days", "duration: 181 h")))
    result = simulate(study, some_people(study, [0.1]))
    np.testing.assert_allclose(result.sessions["cumulative"].values[0, 0], [0.4, 0.8, 1.2, 1.6])
    assert float(result.curves["time"][-1]) == 181.0


def test_a_rule_after_a_session_is_for_those_who_had_it(write_study, some_people):
    rules = ["before each apheresis: skip unless count >= 75 cells/uL", "after each apheresis: stop plerixafor"]
    result = outcome(write_study, some_people, [1.0, 1.0], *rules, first_count=[10.0, 40.0])
    assert doses(result, "drug", 100) == [94.0, 118.0, 142.0]  # the third session was its first
    assert doses(result, "drug", 101) == [94.0]


def test_a_dose_at_the_very_end_is_given(write_study, some_people):
    changes = ("plerixafor 0.24 mg/kg sc on days 4-7 at 22:00", "plerixafor 0.24 mg/kg iv on days 4-9 at 22:00")
    study = load_study(write_study(changes, ("duration: 9 days", "duration: 214 h"), (f"  - {SKIP}\n", "")))
    result = simulate(study, some_people(study, [0.1]))
    assert doses(result, "drug", 100)[-1] == 214.0
    assert float(result.curves["plerixafor_concentration"].sel(arm="drug", patient=100, time=214.0)) > 500


def test_a_patient_that_fails_late_has_no_half_curve(bag, some_people):
    result = simulate(bag, some_people(bag, [0.1, 0.1], breaking=[0.0, 1 / 140]))
    assert result.failed["time"].to_numpy() == pytest.approx(140.0, abs=0.1)  # after two decisions
    assert np.isnan(result.curves["count"].sel(patient=101)).all()
    assert not result.sessions["performed"].sel(patient=101).any()
    assert np.isfinite(result.curves["count"].sel(patient=100)).all()


def test_a_hold_leaves_out_what_lies_in_it_and_a_reduction_lasts(write_study, some_people):
    held = outcome(write_study, some_people, [0.1], "on day 5 at 12:00: hold plerixafor for 1 day")
    assert doses(held, "drug", 100) == [94.0, 142.0, 166.0]
    # the count of the bag model is 10 + t/2; the second patient has twice the weight and so twice the dose
    less = outcome(
        write_study, some_people, [0.1, 0.1], "on day 5 at 12:00: reduce plerixafor to 50% when count > 20 cells/uL",
        "on day 6 at 12:00: reduce plerixafor to 80%", weight=[70.0, 140.0],
    )  # fmt: skip
    given = less.doses[less.doses["arm"] == "drug"].set_index("patient")["amount"]
    full = 0.24 * 70
    np.testing.assert_allclose(given.loc[100], [full, full / 2, full / 2, full / 2])
    np.testing.assert_allclose(given.loc[101], 2 * given.loc[100].to_numpy())
    never = "on day 5 at 12:00: stop when count > 1000 cells/uL"
    usual = outcome(write_study, some_people, [0.1, 0.1], never, weight=[70.0, 140.0])
    drug = [one.curves["plerixafor_concentration"].sel(arm="drug", patient=100) for one in (less, usual)]
    np.testing.assert_allclose(*(curve.sel(time=slice(0, 117)) for curve in drug))
    peaks = [float(curve.sel(time=slice(118, 126)).max()) for curve in drug]
    assert 0.5 <= peaks[0] / peaks[1] < 0.55
