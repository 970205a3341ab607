from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from unmoor.base.errors import BadInput
from unmoor.trial.designs.blrm import Blrm

PRIOR = {"reference": 250.0, "mean": (2.15, 0.52), "sd": (0.84, 0.8)}


def reference_design(file: dict, correlated: bool) -> tuple[Blrm, str]:
    prior = file["prior"]
    doses = [row["dose"] for row in file["quadrature_independent"]]
    correlation = prior["cov"] / (prior["sd"][0] * prior["sd"][1]) if correlated else 0.0
    design = Blrm(
        doses=doses, reference=prior["dref"], mean=tuple(prior["mu"]), sd=tuple(prior["sd"]), correlation=correlation
    )
    data = file["data_dose_index_n_dlt"].items()
    return design, " ".join(f"{level}{'N' * (n - dlt)}{'T' * dlt}" for level, (n, dlt) in data)


@pytest.mark.parametrize(
    ("key", "correlated", "seen"),
    [("quadrature_with_correlation", True, True), ("quadrature_independent", False, True),
     ("prior_only_with_correlation", True, False)],
)  # fmt: skip
def test_reference_posteriors(vectors, key: str, correlated: bool, seen: bool) -> None:
    """Means and deviations to 1e-9; the reference's interval chances are counted on a grid, good to 1e-3."""
    file = vectors("phase1/blrm_neuenschwander.json")
    design, history = reference_design(file, correlated)
    ours = design.posterior(history if seen else "")
    for name, theirs, close in (("mean", "mean", 1e-9), ("sd", "sd", 1e-9), ("underdosing", "P_under_0.20", 1e-3),
                                ("target", "P_target_0.20_0.35", 1e-3), ("excessive", "P_excessive_0.35_0.60", 1e-3),
                                ("unacceptable", "P_unacceptable_ge_0.60", 1e-3)):  # fmt: skip
        assert ours[name].to_numpy() == pytest.approx([row[theirs] for row in file[key]], abs=close)


def test_published_means(vectors) -> None:
    file = vectors("phase1/blrm_neuenschwander.json")
    design, history = reference_design(file, True)
    means = design.posterior(history)["mean"].to_numpy()
    assert means == pytest.approx(file["jags_means"], abs=0.004)
    assert means == pytest.approx(file["published_means_from_figure"], abs=0.035)  # read off a figure


def test_interval_chances_are_those_of_a_nested_quadrature() -> None:
    """P(p < 0.35) at one dose after 1 of 3 DLTs there: for each log b, the integral over log a ends where p is 0.35."""
    design = Blrm(doses=(100.0, 250.0), correlation=0.3, **PRIOR)
    (m1, m2), (s1, s2), rho = PRIOR["mean"], PRIOR["sd"], 0.3
    distance = np.log(100.0 / 250.0)

    def inner(b: float, below: float) -> float:
        middle, spread = m1 + rho * s1 * (b - m2) / s2, s1 * np.sqrt(1 - rho**2)
        end = min(np.log(below / (1 - below)) - np.exp(b) * distance if below < 1 else np.inf, middle + 9 * spread)

        def density(a: float) -> float:
            p = 1 / (1 + np.exp(-(a + np.exp(b) * distance)))
            return float(3 * p * (1 - p) ** 2 * norm.pdf(a, middle, spread))

        start = middle - 9 * spread
        return quad(density, start, end, epsabs=1e-11)[0] * float(norm.pdf(b, m2, s2)) if end > start else 0.0

    parts = [quad(inner, m2 - 7 * s2, m2 + 7 * s2, args=(end,), epsabs=1e-10, limit=200)[0] for end in (0.35, 1.0)]
    row = design.posterior("1NNT").iloc[0]
    assert row["underdosing"] + row["target"] == pytest.approx(parts[0] / parts[1], abs=1e-6)


def test_overdose_control_stops_a_toxic_trial() -> None:
    design = Blrm(doses=(50.0, 100.0, 250.0), **PRIOR)
    assert design.next("1TTT").stop
    assert design.recommend("1TTT") is None


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"mean": (1.0,)}, "mean has 1"),
        ({"sd": (1.0, 1.0, 1.0)}, "sd has 3"),
        ({"sd": (1.0, 0.0)}, "no distribution"),
        ({"correlation": 1.0}, "no distribution"),
        ({"mean": (float("nan"), 0.52)}, "no distribution"),
        ({"reference": 0.0}, "no distribution"),
        ({"intervals": (0.2, 0.35)}, "2 interval ends"),
        ({"intervals": (0.35, 0.2, 0.6)}, "comes after"),
        ({"doses": (10.0, 5.0)}, "comes after"),
        ({"feasibility": 1.5}, "feasibility"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict, match: str) -> None:
    with pytest.raises(BadInput, match=match):
        Blrm(**({"doses": (50.0, 100.0)} | PRIOR | change))
