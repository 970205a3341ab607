"""Doses of a pool equal those that a regimen gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import UnmoorError
from unmoor.dosing import Regimen
from unmoor.planning.doses import Measures, given
from unmoor.planning.patient import PLERIXAFOR
from unmoor.planning.world import World


def test_events_and_milligrams_are_those_of_the_regimen(world: World) -> None:
    model = world.population.model
    people = pd.DataFrame({"weight": [60.0, 80.0, 190.0], "creatinine_clearance": [100.0, 40.0, 90.0]})
    values = {"plerixafor_bioavailability": np.array([0.9, 1.0, 0.8])} if (
        "plerixafor_bioavailability" in model.constants) else {}  # fmt: skip
    regimen = Regimen.of(PLERIXAFOR)
    exact = regimen.events(model, people, values or None)
    (found,) = given(regimen.doses[0], [0.0], model, Measures(people, 3), values)
    assert found.mg == pytest.approx(exact.doses["amount"].to_numpy())
    assert found.mg == pytest.approx([14.4, 12.8, 40.0])
    assert found.events.value == pytest.approx(exact.events.value)
    assert found.events.names == exact.events.names


def test_body_surface_area_is_derived(world: World) -> None:
    measures = Measures({"weight": np.array([72.0]), "height": np.array([200.0])}, 1)
    assert measures.value("body_surface_area", "m2", "x") == pytest.approx(2.0)
    with pytest.raises(UnmoorError, match="no covariate"):
        measures.value("ferritin", "ug/L", "x")


def test_a_drug_that_the_model_lacks_is_refused(world: World) -> None:
    dose = Regimen.of("motixafortide 1.25 mg/kg sc once").doses[0]
    with pytest.raises(UnmoorError, match="motixafortide"):
        given(dose, [0.0], world.population.model, Measures({"weight": np.ones(1)}, 1), {})
