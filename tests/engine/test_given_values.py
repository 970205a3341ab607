"""What cannot be a parameter is refused before anything is computed; what leads to no number is a status."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import BadInput, UnknownName
from unmoor.engine import ensemble
from unmoor.engine.given_values import refuse_impossible
from unmoor.engine.outcome import Status

DOSE = "plerixafor 20 mg sc once"


@pytest.fixture(scope="module")
def plerixafor():
    return load_model("plerixafor_pk")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (
            {"creatinine_clearance": [90.0, -5.0]},
            "'creatinine_clearance' of patient 1 is -5 mL/min, and cannot be below",
        ),
        ({"weight": -70.0}, "'weight' of patient 0 is -70 kg, and cannot be below zero"),
        ({"plerixafor.typical_central_volume": [-1.0]}, "'plerixafor_typical_central_volume' of patient 0 is -1 L"),
        ({"weight": [70.0, np.nan]}, "'weight' of patient 1 is not a finite number"),
        ({"weight": [np.inf]}, "'weight' of patient 0 is not a finite number"),
    ],
)
def test_values_that_are_no_parameters_are_refused_before_anything_is_computed(
    plerixafor, monkeypatch, parameters, said
):
    monkeypatch.setattr(ensemble, "driver", lambda: pytest.fail("something was computed"))
    with pytest.raises(BadInput, match=said):
        integrate(plerixafor, DOSE, parameters=parameters, hours=4)


def test_a_column_of_a_table_that_turns_negative_is_refused(plerixafor, monkeypatch):
    monkeypatch.setattr(ensemble, "driver", lambda: pytest.fail("something was computed"))
    rows = {"TIME": [0.0, 3.0], "EVID": 2, "creatinine_clearance": [90.0, -5.0]}
    with pytest.raises(BadInput, match="'creatinine_clearance' of patient 0 is -5 mL/min at 3 h, and cannot be below"):
        integrate(plerixafor, events=pd.DataFrame(rows), hours=4)


def test_signs_are_free_where_the_table_leaves_them_so(model):
    refuse_impossible(model({"x": "-k*x"}, constants={"k": 1.0}), {"k": np.array(-2.0)}, 3)


@pytest.mark.parametrize("name", ["weight", "plerixafor.typical_central_volume"])
def test_a_volume_of_zero_is_a_status_of_its_patient_alone(plerixafor, name):
    found = integrate(
        plerixafor, DOSE, parameters={name: [0.0, plerixafor.constants[plerixafor.resolve(name)]]}, hours=4
    )
    assert Status(int(found["status"][0])) in (Status.UNSTABLE, Status.BAD_START)
    assert int(found["status"][1]) == Status.OK
    assert np.isnan(found["plerixafor_concentration"][0]).all()
    assert np.isfinite(found["plerixafor_concentration"][1]).all()


@pytest.mark.parametrize("rate", [1e200, 1e300, 1.7e308])
def test_rates_that_overflow_are_a_status_or_the_right_curve(plerixafor, rate):
    """An absorption of practically no time is one into the central volume at once; or it is said not to be computed."""
    shown = ["plerixafor.depot", "plerixafor_concentration"]
    given = {"plerixafor.absorption_rate": [rate, 1.0]}
    found = integrate(plerixafor, DOSE, parameters=given, hours=4, outputs=shown)
    assert int(found["status"][1]) == Status.OK
    if int(found["status"][0]) == Status.OK:
        assert float(abs(found["plerixafor.depot"][0, 1:]).max()) < 1.0
    else:
        assert np.isnan(found["plerixafor_concentration"][0]).all()


def test_empty_tables_unsorted_times_and_unknown_outputs_say_what_to_do(plerixafor):
    empty = pd.DataFrame({"ID": [], "TIME": [], "AMT": [], "CMT": []})
    with pytest.raises(BadInput, match=r"no rows|without rows|empty|no records"):
        integrate(plerixafor, events=empty, hours=4)
    back = pd.DataFrame({"ID": 1, "TIME": [4.0, 2.0], "AMT": 1.0, "CMT": "plerixafor.depot"})
    with pytest.raises(BadInput, match=r"row 2.*TIME"):
        integrate(plerixafor, events=back, hours=4)
    with pytest.raises(BadInput, match=r"sort them: numpy.sort\(times\)"):
        integrate(plerixafor, DOSE, times=[2.0, 1.0])
    with pytest.raises(UnknownName, match="did you mean 'plerixafor_concentration'"):
        integrate(plerixafor, DOSE, hours=4, outputs=["plerixafor_concentratoin"])
