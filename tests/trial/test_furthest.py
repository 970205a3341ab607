"""The parameter named beside a failure is the one that is furthest from the model's own value."""

from __future__ import annotations

import numpy as np

from unmoor.dosing.events import Events
from unmoor.engine import Simulator
from unmoor.model import load_model
from unmoor.trial.furthest import cause, furthest, furthest_states

MODEL = load_model("plerixafor_pk")
GIVEN = (*MODEL.constants, "start of something")
TYPICAL = [*MODEL.constants.values(), 5.0]
FIRST, SECOND = [name for name, value in MODEL.constants.items() if value != 0.0 and name not in MODEL.switches][:2]


def of(**factors: float) -> np.ndarray:
    return np.array([value * factors.get(name, 1.0) for name, value in zip(GIVEN, TYPICAL, strict=True)])


def test_the_largest_log_ratio_counts_upwards_and_downwards():
    rows = np.array([of(**{FIRST: 2.0}), of(**{FIRST: 3.0, SECOND: 0.25}), of(), of(**{GIVEN[-1]: 9.0})])
    names, ratio = furthest(MODEL, GIVEN, rows)
    assert names == [FIRST, SECOND, "", ""]
    np.testing.assert_allclose(ratio, [2.0, 0.25, 1.0, 1.0], rtol=1e-14)


def test_a_wrong_sign_or_no_number_is_further_than_any_ratio():
    rows = np.array([of(**{FIRST: 1e9, SECOND: bad}) for bad in (-1.0, np.nan, 0.0)])
    names, ratio = furthest(MODEL, GIVEN, rows)
    assert names == [SECOND] * 3
    np.testing.assert_array_equal(np.isnan(ratio), [False, True, False])


def test_a_course_without_constants_names_none():
    names, ratio = furthest(MODEL, (), np.zeros((2, 0)))
    assert names == ["", ""]
    assert ratio.tolist() == [1.0, 1.0]


def test_a_state_is_held_against_a_typical_patient_who_got_the_same():
    """The depot empties at a known rate after a dose; the second patient got none, so that its amount is far off."""
    simulator = Simulator(MODEL)
    depot = simulator.layout.states.index("plerixafor_depot")
    given = Events.bolus([0, 1], [1.0, 8.0], "plerixafor_depot", [100.0, 100.0])
    _, typical = simulator.advance(simulator.begin(n=2), given, 3.0)
    fallen = typical.states.copy()
    fallen[0] *= 1.5
    fallen[0, depot] *= 4.0
    fallen[1, depot] = 7.0
    names, ratio = furthest_states(simulator, given, fallen, np.array([3.0, 3.0]))
    assert names == ["plerixafor_depot"] * 2
    np.testing.assert_allclose(ratio[0], 6.0, rtol=1e-12)
    assert np.isinf(ratio[1])
    fallen[0, 0] = np.inf
    assert furthest_states(simulator, given, fallen, np.array([3.0, 3.0]))[0][0] == simulator.layout.states[0]


def test_before_the_beginning_there_is_nothing_to_compare():
    simulator = Simulator(MODEL)
    nothing = np.full((1, len(simulator.layout.states)), np.nan)
    names, ratio = furthest_states(simulator, Events.none(), nothing, np.array([0.0]))
    assert (names, np.isnan(ratio[0])) == ([""], True)


def test_the_cause_is_a_sentence_of_what_is_known():
    assert cause("it broke", "x", 1234.0, "k", 0.02) == (
        "it broke; 'x' is 1.23e+03 times that of a typical patient so treated; 'k' is 0.02 times its typical value"
    )
    assert cause("it broke", "x", np.nan, "", 1.0) == "it broke; 'x' is worst off"
