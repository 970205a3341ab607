import numpy as np

from unmoor.trial.sessions import Sessions

ALL, FIRST = np.array([True, True, True]), np.array([True, False, False])


def collected() -> Sessions:
    """Three patients and three sessions: the first has sessions 1 and 2, the second session 1, the third none."""
    begun = Sessions.none(3, 3)
    begun = begun.begun(0, ~np.array([False, False, True]), 105.0, np.array([60.0, 20.0, 5.0]), np.zeros(3))
    begun = begun.ended(0, ~np.array([False, False, True]), np.array([3.0, 1.0, 0.0]))
    begun = begun.begun(1, FIRST, 129.0, np.array([40.0, 0, 0]), np.array([3.0, 0, 0]))
    return begun.ended(1, FIRST, np.array([5.5, 0.0, 0.0]))


def test_what_rules_ask_of_the_sessions_so_far():
    so_far = collected()
    np.testing.assert_array_equal(so_far.last("sessions"), [2.0, 1.0, 0.0])
    np.testing.assert_array_equal(so_far.last("yield"), [2.5, 1.0, np.nan])
    np.testing.assert_array_equal(so_far.last("pre_count"), [40.0, 20.0, np.nan])
    none = Sessions.none(2, 0)
    np.testing.assert_array_equal(none.last("sessions"), [0.0, 0.0])
    assert np.isnan(none.last("yield")).all()


def test_what_stays_collected_after_the_last_session():
    found = collected().variables(np.zeros(3, dtype=bool))
    np.testing.assert_array_equal(found["cumulative"], [[3.0, 5.5, 5.5], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(found["yield"], [[3.0, 2.5, np.nan], [1.0, np.nan, np.nan], [np.nan] * 3])
    np.testing.assert_array_equal(found["performed"], [[True, True, False], [True, False, False], [False] * 3])
    np.testing.assert_array_equal(found["start"][0], [105.0, 129.0, np.nan])


def test_a_failed_patient_has_nothing_at_all():
    found = collected().variables(FIRST)
    for name in ("start", "pre_count", "yield", "cumulative"):
        assert np.isnan(found[name][0]).all()
    assert not found["performed"][0].any()
    assert found["cumulative"][1, 2] == 1.0


def test_recording_changes_nothing_recorded_before():
    before = Sessions.none(3, 3)
    before.begun(0, ALL, 105.0, np.ones(3), np.zeros(3))
    assert np.isnan(before.start).all()
