"""Laws of the mobilisation model at any parameter value: balance, conservation, limits, direction of effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmoor.base.random import normal
from unmoor.dosing import Regimen
from unmoor.dosing.events import Events
from unmoor.engine.simulator import Simulator, Snapshot
from unmoor.model import Model, evaluate, load_model

MODEL = load_model("mobilisation")
PLERIXAFOR = ("plerixafor_depot", "plerixafor_central", "plerixafor_peripheral")
CELLS = (
    "cd34_cells_precursor1",
    "cd34_cells_precursor2",
    "cd34_cells_precursor3",
    "cd34_cells_marrow",
    "cd34_cells_blood",
)
BAG = "apheresis_cd34_product"
COURSE = "filgrastim 10 ug/kg sc once daily for 6 days at 8:00\nplerixafor 0.24 mg/kg sc on days 4-5 at 22:00"
PEOPLE = 24


def course(text: str, patients: int = 1, sessions: tuple[float, ...] = ()) -> Events:
    """Events of a regimen in typical people, and apheresis from each hour of `sessions` for 4.6 h."""
    import pandas as pd

    covariates = {name: row.value for name, row in MODEL.rows.items() if row.kind == "covariate"}
    tables = [Regimen.of(text).events(MODEL, pd.DataFrame(covariates, index=range(patients))).events] if text else []
    everyone = np.arange(patients)
    for hour in sessions:
        tables.append(Events.switch(everyone, hour, "apheresis_on", 1.0))
        tables.append(Events.switch(everyone, hour + 4.6, "apheresis_on", 0.0))
    return Events.join(Events.none(), *tables)


def run(
    outputs: tuple[str, ...], events: Events, times: np.ndarray, parameters: dict[str, np.ndarray] | None = None
) -> tuple[dict[str, np.ndarray], Snapshot]:
    """Curves (patient, time) by output in internal units, and the last snapshot."""
    simulator = Simulator(MODEL, outputs)
    start = simulator.begin(parameters, None if parameters else 1)
    curves, end = simulator.advance(start, events, float(times[-1]), times, rtol=1e-9, closed=True)
    assert not np.any(end.status)
    return {name: curves[:, k] for k, name in enumerate(outputs)}, end


def drawn(spread: float = 0.5) -> dict[str, np.ndarray]:
    """Every constant that may be any positive number, drawn around its value for PEOPLE people."""
    bounded = ("suppression", "floor", "efficiency", "exponent", "bioavailability", "unbound")
    free = [
        name for name, row in MODEL.rows.items()
        if row.kind == "constant" and name in MODEL.constants and MODEL.constants[name] > 0
        and not any(word in name for word in bounded)
    ]  # fmt: skip
    return {name: MODEL.constants[name] * np.exp(spread * normal(5, name, 0, PEOPLE)) for name in free}


def rates_at_start(model: Model, constants: dict[str, float]) -> dict[str, float]:
    """d state / dt of the untreated patient at hour 0, relative to the state (or to 1)."""
    values: dict[str, float] = {**constants, "time": 0.0}
    left = {**model.initial, **model.assignments}
    while left:
        for name, expression in list(left.items()):
            try:
                values[name] = float(evaluate(expression, values))
            except KeyError:
                continue
            del left[name]
    return {state: float(evaluate(model.rates[state], values)) / max(abs(values[state]), 1.0) for state in model.states}


def test_the_untreated_patient_stands_still() -> None:
    people = drawn()
    for k in range(PEOPLE):
        rates = rates_at_start(MODEL, {**MODEL.constants, **{name: float(value[k]) for name, value in people.items()}})
        assert max(map(abs, rates.values())) < 1e-12, rates


def test_and_still_stands_after_a_month() -> None:
    curves, _ = run(("cd34", "anc", "vcam1", "signal"), Events.none(), np.array([0.0, 720.0]), drawn())
    for values in curves.values():
        np.testing.assert_allclose(values[:, 1], values[:, 0], rtol=1e-6)


def test_plerixafor_goes_nowhere_without_clearance_and_all_of_it_through_clearance() -> None:
    text, times = "plerixafor 0.24 mg/kg sc once", np.arange(0, 120.025, 0.025)
    kept = {"plerixafor_nonrenal_clearance": np.zeros(1), "plerixafor_renal_ratio": np.zeros(1)}
    given_nmol = 0.24e-3 * 70 / 502.79 * 1e9 * MODEL.constants["plerixafor_bioavailability"]
    amounts, _ = run(PLERIXAFOR, course(text), times, kept)
    np.testing.assert_allclose(sum(amounts.values()), given_nmol, rtol=1e-7)
    lost, _ = run(("plerixafor_molar_concentration", "plerixafor_clearance"), course(text), times)
    cleared = np.trapezoid(lost["plerixafor_molar_concentration"], times, axis=1) * lost["plerixafor_clearance"][:, 0]
    assert cleared[0] == pytest.approx(given_nmol, rel=3e-4)  # the trapezia cut the rise short


def test_cd34_cells_only_move_when_none_are_made_or_lost() -> None:
    people = drawn()
    people["cd34_cells_loss_rate"] = people["cd34_cells_clearance_rate"] = np.zeros(PEOPLE)
    times = np.arange(0.0, 145.0, 5.0)
    curves, _ = run((*CELLS, BAG), course(COURSE, PEOPLE, (105.0, 129.0)), times, people)
    total = sum(curves.values())
    np.testing.assert_allclose(total, np.repeat(total[:, :1], len(times), axis=1), rtol=1e-6)
    assert np.all(curves[BAG][:, -1] > 0)


def test_the_bag_fills_with_what_blood_loses() -> None:
    outputs = ("apheresis_removal_rate", "cd34_cells_blood", BAG)
    times = np.linspace(105, 109.6, 461)
    curves, _ = run(outputs, course(COURSE, 1, (105.0,)), times)
    flow = curves["apheresis_removal_rate"][:, :-1] * curves["cd34_cells_blood"][:, :-1]
    into = np.trapezoid(flow, times[:-1], axis=1)
    assert into[0] == pytest.approx(curves[BAG][0, -2], rel=1e-4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(
    antagonist=st.floats(0, 1e4), ligand=st.floats(0.01, 100), baseline=st.floats(0.01, 100),
    affinity=st.floats(0.01, 100), inhibition=st.floats(0.1, 1e3),
)  # fmt: skip
def test_the_lock_is_competition_at_equilibrium(
    antagonist: float, ligand: float, baseline: float, affinity: float, inhibition: float
) -> None:
    values = {
        "plerixafor_niche_antagonist": antagonist, "cxcl12_ligand": ligand, "cxcl12_baseline": baseline,
        "plerixafor_lock_ligand_affinity": affinity, "plerixafor_lock_antagonist_affinity": inhibition,
    }  # fmt: skip
    names = ("ligand_ratio", "antagonist_ratio", "bound_ligand", "occupancy", "untreated_bound_ligand", "signal")
    for name in names:
        key = f"plerixafor_lock_{name}"
        key = MODEL.aliases.get(key, key)
        expression = MODEL.assignments.get(key) or MODEL.initial[key]
        values[key] = float(evaluate(expression, values))
    half = ligand / (ligand + affinity * (1 + antagonist / inhibition))
    assert values["signal"] == pytest.approx(half / (baseline / (baseline + affinity)), rel=1e-9)
    assert (
        values["cxcr4_occupancy"] <= antagonist / (antagonist + inhibition) + 1e-12
    )  # the ligand only takes room away


def test_tethers_multiply() -> None:
    key = "cd34_tether_egress_multiplier"

    def egress(signal: float, vcam1: float) -> float:
        strengths = {"cd34_tether_cxcr4_strength": 3.0, "cd34_tether_vla4_strength": 1.5}
        return float(evaluate(MODEL.assignments[key], {**strengths, "signal": signal, "vcam1": vcam1}))

    assert egress(1, 1) == 1
    assert egress(0, 1) == pytest.approx(np.exp(3.0))
    assert egress(0.3, 0.4) == pytest.approx(egress(0.3, 1) * egress(1, 0.4))


def peaks(text: str, since: float, until: float, **parameters: float) -> float:
    """The highest CD34+ count between two hours, in cells per litre."""
    values = {name: np.array([value * MODEL.factors[name]]) for name, value in parameters.items()}
    curves, _ = run(("cd34",), course(text), np.arange(since, until + 0.25, 0.25), values or None)
    return float(curves["cd34"].max())


def test_more_plerixafor_mobilises_more_and_the_second_dose_less() -> None:
    doses = [peaks(f"plerixafor {dose} ug/kg sc once", 0, 24) for dose in (60, 240, 960, 3840)]
    assert doses == sorted(doses)
    assert doses[1] / doses[0] > doses[2] / doses[1] > doses[3] / doses[2]  # towards saturation
    two = "plerixafor 240 ug/kg sc on days 1-2"
    curves, _ = run(("cd34",), course(two), np.array([0.0, 24.0]))
    before = curves["cd34"][0]
    assert peaks(two, 24, 48) / before[1] < 0.7 * peaks(two, 0, 24) / before[0]
    # and from a small pool that refills slowly the second peak itself is lower
    finite = {"cd34_cells_pool_ratio": 12.0, "cd34_cells_loss_rate": 5e-4}
    assert peaks(two, 24, 48, **finite) < peaks(two, 0, 24, **finite)


def test_both_drugs_do_more_than_the_sum() -> None:
    first = "filgrastim 10 ug/kg sc once daily for 5 days at 8:00"
    second = "plerixafor 240 ug/kg sc on day 4 at 22:00"
    rest = MODEL.constants["cd34_cells_baseline_concentration"]
    alone = [peaks(text, 94, 118) - rest for text in (first, second)]
    assert peaks(f"{first}\n{second}", 94, 118) - rest > 1.2 * sum(alone)


def test_without_the_cxcr4_tether_plerixafor_only_slows_homing() -> None:
    with_tether, without = (
        peaks("plerixafor 240 ug/kg sc once", 0, 24, cd34_tether_cxcr4_tether=strength)
        for strength in (MODEL.constants["cd34_tether_cxcr4_tether"], 0.0)
    )
    untouched = peaks("plerixafor 240 ug/kg sc once", 0, 24, cd34_tether_cxcr4_tether=0.0, cd34_tether_homing_floor=1.0)
    rest = MODEL.constants["cd34_cells_baseline_concentration"]
    assert with_tether > 2 * without > 2 * rest
    assert untouched == pytest.approx(rest, rel=1e-6)


def test_exposure_rises_with_weight_and_falls_with_renal_function() -> None:
    people = {"weight": np.array([50.0, 110.0, 70.0, 70.0]), "creatinine_clearance": np.array([6.0, 6.0, 1.2, 6.0])}
    import pandas as pd

    covariates = pd.DataFrame(
        {"weight": people["weight"], "creatinine_clearance": people["creatinine_clearance"] / 0.06}
    )
    events = Regimen.of("plerixafor 0.24 mg/kg sc once").events(MODEL, covariates).events
    times = np.arange(0, 48.5, 0.5)
    curves, _ = run(("plerixafor_concentration",), events, times, people)
    light, heavy, impaired, normal_renal = np.trapezoid(curves["plerixafor_concentration"], times, axis=1)
    assert heavy > 1.2 * light
    assert impaired > 1.5 * normal_renal


def test_neutrophils_settle_where_a_constant_signal_holds_them() -> None:
    # a depot that hardly empties keeps receptors full, so production rises by its whole stimulation and stays there
    parameters = {
        "filgrastim_absorption_rate": np.array([1e-4]), "filgrastim_depot": np.array([1e6]),
        "filgrastim_central": np.array([1e4]),
    }  # fmt: skip
    curves, _ = run(("anc", "gcsf_occupancy"), Events.none(), np.array([0.0, 1500.0]), parameters)
    assert curves["gcsf_occupancy"][0, 1] == pytest.approx(1, abs=2e-3)
    gain = 1 + MODEL.constants["neutrophil_production_stimulation"]
    assert curves["anc"][0, 1] / curves["anc"][0, 0] == pytest.approx(gain, rel=5e-3)


def test_high_white_counts_lower_the_efficiency_down_from_its_ceiling() -> None:
    key = "apheresis_efficiency"
    counts = np.array([5e9, 20e9, 40e9, 80e9])
    dilution = MODEL.assignments["apheresis_dilution"]
    found = []
    for count in counts:
        values = {**MODEL.constants, "wbc": count}
        values["apheresis_dilution"] = float(evaluate(dilution, values))
        found.append(float(evaluate(MODEL.assignments[key], values)))
    assert found[0] == MODEL.constants["apheresis_highest_efficiency"]
    assert found[1] >= found[2] > found[3]
    assert found[3] / found[2] == pytest.approx(2 ** -MODEL.constants["apheresis_leukocyte_exponent"])
