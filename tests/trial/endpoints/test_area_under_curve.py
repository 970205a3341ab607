import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.trial.endpoints.area_under_curve import Options, measure


def test_the_area_under_a_straight_line(bag, bag_result):
    """The count is 10 + t / 2: between 24 and 72 h the area is 48 x 34."""
    found = measure(Options(**{"output": "count", "from": "day 2 at 00:00", "to": "day 4 at 00:00"}), bag, "")
    np.testing.assert_allclose(found.values(bag_result, "drug"), [48 * 34.0] * 5 + [np.nan], rtol=1e-6)
    assert (found.unit, found.moments) == ("h cells/uL", (24.0, 72.0))
    whole = measure(Options(output="count"), bag, "")
    np.testing.assert_allclose(whole.values(bag_result, "drug")[:5], 216 * 64.0, rtol=1e-6)


def test_the_area_of_a_dose_is_dose_over_clearance(write_study, some_people):
    """All of an intravenous dose leaves by clearance; on a fine grid the trapezia see it within 0.2%."""
    from unmoor.trial import load_study, simulate

    area = "\n  - {name: area, type: area_under_curve, label: Area, output: plerixafor_concentration, "
    area += "from: first plerixafor}\npub"
    changes = (("\npub", area), ("every: 6 h", "every: 3 min"))
    study = load_study(write_study(*changes, ("mg/kg sc on days 4-7 at 22:00", "mg/kg iv on day 4 at 22:00")))
    result = simulate(study, some_people(study, [1.0]))
    found = study.measure(study.endpoint("area")).values(result, "drug")[0]
    model = study.model
    renal = model.constants["plerixafor_renal_ratio"] * model.constants["creatinine_clearance"]
    clearance = model.constants["plerixafor_nonrenal_clearance"] + renal
    dose = 0.24 * 70 * 1e6  # ng
    assert found == pytest.approx(dose / (clearance * 1000), rel=2e-3)


def test_an_empty_window_is_refused(bag):
    with pytest.raises(BadInput, match="is empty"):
        measure(Options(**{"output": "count", "from": "day 3 at 00:00", "to": "day 2 at 00:00"}), bag, "")
