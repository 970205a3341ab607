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


def test_t_cells_only_move_between_tissue_blood_and_bag() -> None:
    names = ("t_cell_pool_tissue", "t_cell_pool_blood", "apheresis_t_cell_product")
    times = np.arange(0.0, 145.0, 5.0)
    curves, _ = run(names, course(COURSE, PEOPLE, (105.0, 129.0)), times, drawn())
    total = sum(curves.values())
    np.testing.assert_allclose(total, np.repeat(total[:, :1], len(times), axis=1), rtol=1e-6)
    assert np.all(np.diff(curves[names[2]][:, [0, 22, -1]]) > 0)


def test_efficiencies_of_a_session_are_those_of_its_counts_and_its_bag() -> None:
    outputs = ("ce1", "ce2", "cd34", BAG, "processed_volume")
    for start in (105.0, 129.0):  # the second session knows nothing of the first
        times = np.array([0.0, start, start + 2, start + 4.6])
        curves, _ = run(outputs, course(COURSE, 1, (105.0, 129.0)), times)
        count, product, volume = (curves[name][0] for name in outputs[2:])
        for k in (2, 3):
            ce2 = (product[k] - product[1]) / ((volume[k] - volume[1]) * count[1])
            assert curves["ce2"][0, k] == pytest.approx(ce2, rel=1e-6)
            assert curves["ce1"][0, k] == pytest.approx(ce2 * count[1] / np.mean(count[[1, k]]), rel=1e-6)


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


def test_the_peak_of_cells_comes_hours_after_the_peak_of_the_drug() -> None:
    times = np.arange(0, 24.1, 0.1)
    text = "plerixafor 240 ug/kg sc once"
    curves, _ = run(("cd34", "plerixafor_concentration", "plerixafor_niche_antagonist"), course(text), times)
    cells, plasma, niche = (times[values[0].argmax()] for values in curves.values())
    assert plasma < 1.5
    assert cells > plasma + 4
    assert cells > niche + 1  # the niche lags behind plasma, and cells behind the niche: they return more slowly
    untouched, _ = run(("cd34",), course(text), times, {"cd34_tether_homing_floor": np.ones(1)})
    assert times[untouched["cd34"][0].argmax()] < cells


def test_strongly_tethered_cells_mobilise_less() -> None:
    # cells of one marrow with one rate of release from bare niches, k exp(-tether), which differ in what ties them
    expression = np.array([0.6, 0.8, 1.0, 1.2, 1.4])
    strength = MODEL.constants["cd34_tether_cxcr4_tether"] + MODEL.constants["cd34_tether_vla4_tether"]
    held_back = np.exp(strength * (expression - 1))
    parameters = {
        "cd34_tether_cxcr4_expression": expression,
        "cd34_tether_vla4_expression": expression,
        "cd34_cells_pool_ratio": MODEL.constants["cd34_cells_pool_ratio"] * held_back,
        "cd34_cells_baseline_concentration": MODEL.constants["cd34_cells_baseline_concentration"] / held_back,
    }
    times = np.arange(0, 127.0, 1.0)
    for text in ("plerixafor 240 ug/kg sc once", COURSE):
        curves, _ = run(("cd34_cells_marrow", "cd34"), course(text, len(expression)), times, parameters)
        marrow, count = curves["cd34_cells_marrow"], curves["cd34"]
        np.testing.assert_allclose(marrow[:, 0], marrow[0, 0], rtol=1e-9)
        assert np.all(np.diff(count.max(axis=1)) < 0)  # fewer of the same marrow in blood at the peak
        assert np.all(np.diff(count[:, 0]) < 0)  # and at rest


def test_age_sex_disease_and_treatment_scale_the_whole_cd34_system() -> None:
    people = {
        "age": [40.0, 60.0, 40.0, 40.0, 40.0, 40.0], "sex": [0.0, 0, 1, 0, 0, 0], "ancestry": [0.0, 0, 0, 1, 0, 0],
        "prior_lines": [0.0, 0, 0, 0, 2, 0], "disease": [0.0, 0, 0, 0, 1, 2],
    }  # fmt: skip
    years = MODEL.factors["age"]
    values = {name: np.array(column) * (years if name == "age" else 1) for name, column in people.items()}
    constants = {name.removeprefix("cd34_reserve_"): value for name, value in MODEL.constants.items()}
    expected = [
        1,
        np.exp(-20 * years * constants["age_decline"]),
        constants["female_ratio"],
        constants["black_ratio"],
        constants["line_ratio"] ** 2 * constants["lymphoma_ratio"],
        constants["myeloma_ratio"],
    ]
    curves, _ = run(("cd34",), course("plerixafor 240 ug/kg sc once", 6), np.arange(0, 25.0), values)
    counts = curves["cd34"]
    for hour in (0, 8, 24):  # doses per kg are the same, so that only the size differs
        np.testing.assert_allclose(counts[:, hour] / counts[0, hour], expected, rtol=1e-5)


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
