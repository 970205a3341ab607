"""Past and future of a pool against the engine's own run of the same patient, and what apheresis may and may not do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.dosing import Regimen
from unmoor.engine import integrate
from unmoor.planning import Count, Patient, Session
from unmoor.planning.course import Courses
from unmoor.planning.options import options_of
from unmoor.planning.pool import pool_of
from unmoor.planning.world import World


def courses_of(patient: Patient, world: World) -> Courses:
    """The courses of a patient without uncertainty of the model."""
    return Courses(patient, pool_of(patient, replace(world, uncertain={}), 1))


def test_the_typical_patient_has_the_counts_that_integrate_gives(patient: Patient, world: World) -> None:
    courses = courses_of(patient, world)
    past = courses.past(np.zeros((1, courses.pool.dimensions)), 0, np.array([0.0, 79.5]))
    model = world.population.model
    told = {name: values / model.factors.get(name, 1.0) for name, values in past.parameters.items()}
    curve = integrate(
        model, Regimen.of("filgrastim 10 ug/kg sc once daily for 3 days at 08:00"), times=[79.5],
        outputs=["cd34"], parameters=told,
    )  # fmt: skip
    assert past.predicted[0, 0] == pytest.approx(float(curve["cd34"].values.ravel()[0]), rel=1e-3)


def test_the_clinics_gcsf_is_every_morning_so_far_unless_doses_are_told(patient: Patient, world: World) -> None:
    courses = courses_of(patient, world)
    assert courses.gcsf is not None
    assert courses.gcsf[1] == 56.0  # 08:00 on day 3: the decision is at 07:30 on day 4
    told = replace(patient, doses=("filgrastim 5 ug/kg sc once daily for 2 days at 07:00",))
    assert courses_of(told, world).gcsf[1] == 31.0  # type: ignore[index]
    assert courses_of(replace(patient, doses=()), world).gcsf is None


def test_a_dose_after_the_decision_is_refused(patient: Patient, world: World) -> None:
    late = replace(patient, doses=("filgrastim 10 ug/kg sc once daily for 5 days at 08:00",))
    with pytest.raises(UnmoorError, match="after the decision"):
        courses_of(late, world)


def test_more_volume_never_lowers_the_yield_and_plerixafor_raises_the_count(patient: Patient, world: World) -> None:
    courses = courses_of(patient, world)
    rng = np.random.default_rng(1)
    past = courses.past(rng.normal(size=(300, courses.pool.dimensions)), 0, np.array([79.5]))
    options = {o.name: o for o in options_of(patient, last_gcsf=56.0, last_plerixafor=None)}
    usual, more, drug = (courses.future(past, options[k]) for k in ("tomorrow", "tomorrow-volume", "plerixafor"))
    assert np.all(np.cumsum(more.yields, axis=1) >= np.cumsum(usual.yields, axis=1) * (1 - 1e-3))
    assert np.median(more.volume / usual.volume) == pytest.approx(1.5, rel=1e-3)
    assert np.all(drug.before[:, 0] > usual.before[:, 0])


def test_a_session_is_as_long_as_its_volume_takes(patient: Patient, world: World) -> None:
    def collected(**session: float) -> float:
        told = replace(patient, sessions=(Session("day 4 at 09:00", **session),), now="day 5 at 08:00")
        courses = courses_of(told, world)
        return float(courses.past(np.zeros((1, courses.pool.dimensions)), 0, np.array([104.0])).collected[0])

    assert collected(volume=8.0) < collected(volume=16.0)
    assert collected(hours=2.0) < collected(hours=4.0)
    assert collected(collected=1.23) == 1.23
    told = replace(patient, sessions=(Session("day 4 at 09:00", volume=60.0),), now="day 4 at 14:00")
    courses = courses_of(told, world)
    with pytest.raises(UnmoorError, match="60 L take"):
        courses.past(np.zeros((1, courses.pool.dimensions)), 0, np.array([79.5]))


def test_chosen_patients_keep_their_past(patient: Patient, world: World) -> None:
    courses = courses_of(replace(patient, counts=(Count("day 4 at 07:30", 9.0, 30.0),)), world)
    past = courses.past(np.random.default_rng(2).normal(size=(40, courses.pool.dimensions)), 0, np.array([79.5]))
    part = past.of(np.array([3, 7]))
    assert np.array_equal(part.predicted, past.predicted[[3, 7]])
    assert part.measures.n == 2
    option = options_of(patient, last_gcsf=56.0, last_plerixafor=None)[2]
    assert courses.future(part, option).yields == pytest.approx(courses.future(past, option).yields[[3, 7]], rel=1e-6)
