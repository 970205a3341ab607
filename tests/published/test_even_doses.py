"""Months of tablets may be given as an even intake: exposure and what it inhibits are those of the tablets."""

from __future__ import annotations

import numpy as np
import pytest

import unmoor


@pytest.mark.parametrize("dose", [200, 400, 800])
def test_sorafenib_twice_daily_and_spread_over_two_weeks_come_to_the_same(dose: int) -> None:
    model = unmoor.load_model("aml")
    texts = (
        f"sorafenib {dose} mg po twice daily for 28 days",
        f"sorafenib {28 * dose} mg po over 14 days every 14 days for 2 doses",
    )
    tablets, even = (unmoor.integrate(model, unmoor.Regimen.of(text), hours=28 * 24) for text in texts)
    late = (tablets["time"].values > 14 * 24) & (tablets["time"].values < 28 * 24)
    means = [float(np.mean(each["sorafenib_concentration"].values[late])) for each in (tablets, even)]
    assert means[0] == pytest.approx(means[1], rel=0.02)
    inhibited = [float(np.mean(each["flt3_inhibition"].values[late])) for each in (tablets, even)]
    assert inhibited[0] == pytest.approx(inhibited[1], abs=0.005)
    blasts = [float(each["marrow_blasts"].values[-1]) for each in (tablets, even)]
    assert blasts[0] == pytest.approx(blasts[1], rel=0.03)
