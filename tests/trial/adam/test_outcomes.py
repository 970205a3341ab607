import dataclasses

import numpy as np
import pytest
import xarray as xr

from unmoor.trial.adam.outcomes import adae, adrs, adtte


def test_responses_are_those_of_the_endpoints(bag, bag_result):
    table = adrs(bag, bag_result)
    for endpoint in bag.endpoints:
        measure = bag.measure(endpoint)
        if measure.kind == "proportion":
            values = measure.values(bag_result, "drug")
            rows = table[(table["PARAM"] == endpoint.label) & table["USUBJID"].str.startswith("bag.drug.")]
            np.testing.assert_array_equal(rows["AVAL"], values[~np.isnan(values)])
            assert ((rows["AVALC"] == "Y") == (rows["AVAL"] == 1)).all()


def test_times_to_a_target(bag, bag_result):
    table = adtte(bag, bag_result)
    rows = table[table["USUBJID"].str.startswith("bag.drug.")].set_index("USUBJID")
    # of the speeds of the fixture: reached after one to four sessions, and never
    assert rows["AVAL"].tolist()[:5] == [1, 2, 3, 4, 4]
    assert rows["CNSR"].tolist()[:5] == [0, 0, 0, 0, 1]
    assert rows["EVNTDESC"].iloc[4] == "LAST PLANNED SESSION"


def test_adverse_events_happen_where_a_hazard_crosses_its_draw(bag, bag_result):
    times = bag_result.times
    arms, n = len(bag.arms), bag_result.n
    rise = np.zeros((arms, n, len(times)))
    rise[0, 1] = times / 50.0  # crosses 1 at 50 h
    rise[0, 5] = times / 10.0  # of the patient who failed
    curve = xr.DataArray(rise, dims=("arm", "patient", "time"), coords=dict(bag_result.curves.coords))
    study = dataclasses.replace(bag, outputs={"rash_reached": "rash_reached"})
    result = dataclasses.replace(bag_result, curves=curve.to_dataset(name="rash_reached"))
    table = adae(study, result)
    assert table["USUBJID"].tolist() == ["bag.drug.101"]
    assert table["AETERM"].tolist() == ["RASH"]
    assert table["ASTRLTM"].iloc[0] == pytest.approx(50, abs=1e-9)
    assert (table["ASTDY"].iloc[0], table["AESEQ"].iloc[0]) == (3, 1)
    assert adae(bag, bag_result).empty
