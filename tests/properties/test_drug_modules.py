"""Kinetics and receptor modules against closed forms written down here anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.special import gammainc

from unmoor import integrate, load_model
from unmoor.dosing import load_drug

HOURS = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 96.0])
HEADER = "name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note"


def values_of(model, drug):
    """The constants of the drug's instance by the names of its module, in declared units."""
    return {name.removeprefix(f"{drug}_"): row.value for name, row in model.rows.items() if row.value is not None}


def test_three_compartments_without_a_target_are_three_exponentials():
    model = load_model("bortezomib_pk")
    v = values_of(model, "bortezomib")
    size = np.sqrt(v["weight"] * v["height"] / 3600) / v["reference_area"]
    clearance = v["typical_clearance"] * size ** v["clearance_exponent"]
    deep = v["typical_deep_flow"] * size ** v["deep_flow_exponent"]
    central, shallow, far = v["central_volume"], v["shallow_volume"], v["deep_volume"]
    flow = v["shallow_flow"]
    matrix = np.array(
        [
            [-(clearance + flow + deep) / central, flow / shallow, deep / far],
            [flow / central, -flow / shallow, 0.0],
            [deep / central, 0.0, -deep / far],
        ]
    )
    dose = 2e6 / v["molar_mass"]  # 2 mg in nmol
    expected = [(expm(matrix * hour) @ [dose, 0, 0])[0] / central * v["molar_mass"] / 1000 for hour in HOURS]
    found = integrate(
        model, "bortezomib 2 mg iv once", times=HOURS, outputs=["bortezomib_concentration"],
        parameters={"bortezomib_target_capacity": [0.0]}, rtol=1e-9,
    )  # fmt: skip
    np.testing.assert_allclose(found["bortezomib_concentration"].values.ravel(), expected, rtol=1e-6)


def test_the_target_loses_no_drug():
    """What was given is in the compartments or was eliminated: without clearance the amounts add up to the dose."""
    states = [f"bortezomib.{name}" for name in ("central", "shallow", "deep", "held")]
    found = integrate(
        load_model("bortezomib_pk"), "bortezomib 2 mg iv once", times=HOURS, outputs=states,
        parameters={"bortezomib_typical_clearance": [0.0]}, rtol=1e-9,
    )  # fmt: skip
    total = sum(found[name].values.ravel() for name in found.data_vars if "time" in found[name].dims)
    np.testing.assert_allclose(total, 2e6 / 384.24, rtol=1e-6)


def test_transit_absorption_is_a_gamma_distribution():
    """Without recycling and elimination, what has reached plasma is the distribution function of five passages."""
    model = load_model("sorafenib_pk")
    rate = 5 / values_of(model, "sorafenib")["mean_transit_time"]
    found = integrate(
        model, "sorafenib 400 mg po once", times=HOURS, outputs=["sorafenib.central"],
        parameters={"sorafenib_recycled": [0.0], "sorafenib_clearance": [1e-12]}, rtol=1e-10,
    )  # fmt: skip
    expected = 400e6 / 464.8 * gammainc(5, rate * HOURS)
    np.testing.assert_allclose(found["sorafenib.central"].values.ravel(), expected, rtol=1e-5)


def test_recycling_keeps_the_area_of_the_drug_that_is_not_lost():
    """All drug ends as loss from plasma: area = dose / ((1 - recycled) clearance), whenever the gallbladder opens."""
    model = load_model("sorafenib_pk")
    v = values_of(model, "sorafenib")
    times = np.linspace(0, 1500, 30001)
    found = integrate(model, "sorafenib 400 mg po once", times=times, outputs=["sorafenib_concentration"], rtol=1e-9)
    area = np.trapezoid(found["sorafenib_concentration"].values.ravel(), times)
    assert area == pytest.approx(400e3 / ((1 - v["recycled"]) * v["clearance"]), rel=1e-3)


@pytest.mark.parametrize("dose", [100, 800])
def test_the_clock_of_recycling_tells_the_time_since_the_last_dose(dose):
    text = f"sorafenib {dose} mg po twice daily for 3 days"
    times = np.arange(0.0, 72.0, 0.25)
    found = integrate(load_model("sorafenib_pk"), text, times=times, outputs=["sorafenib.since"])
    since, truth = found["sorafenib.since"].values.ravel(), times % 12
    late = truth >= 1  # the clock is set within the first hour after a dose
    np.testing.assert_allclose(since[late], truth[late], rtol=0.01, atol=0.02)


def lone_lock(folder: Path, antagonist: float, rival: float = 0.0):
    """A model of slow_lock alone with concentrations held still."""
    ports = {
        "antagonist": (antagonist, "nM"),
        "rival": (rival, "1"),
        "ligand": (3.6, "nM"),
        "ligand_baseline": (3.6, "nM"),
    }
    wires = "".join(f"  lock.{port} is {port};\n" for port in ports)
    text = (
        f'// The slow lock alone.\nimport "receptor/slow_lock.ant"\n\nmodel probe()\n  lock: slow_lock();\n{wires}end\n'
    )
    rows = [f"{port},constant,{value},{unit},,,,,assumed,assumed,held" for port, (value, unit) in ports.items()]
    rows += ["lock_association_rate,constant,0.8,1/(nM*h),,,,,assumed,assumed,"]
    rows += ["lock_dissociation_rate,constant,0.05,1/h,,,,,assumed,assumed,"]
    (folder / "probe.ant").write_text(text)
    (folder / "probe.csv").write_text("\n".join([HEADER, *rows, ""]))
    return load_model(folder / "probe.ant")


@pytest.mark.parametrize("rival", [0.0, 3.0])
def test_slow_binding_follows_its_exponential(tmp_path, rival):
    model = lone_lock(tmp_path, 2.0, rival)
    found = integrate(model, times=HOURS, outputs=["lock.held", "lock.signal", "lock.occupancy"], rtol=1e-9)
    on, off = 0.8 * 2.0 / (1 + rival), 0.05
    held = on / (on + off) * (1 - np.exp(-(on + off) * HOURS))
    free = (1 - held) / (2 + rival)  # of receptors: CXCL12 at its affinity, rivals at `rival` times theirs
    np.testing.assert_allclose(found["lock.held"].values.ravel(), held, rtol=1e-6)
    np.testing.assert_allclose(found["lock.signal"].values.ravel(), free / 0.5, rtol=1e-6)
    np.testing.assert_allclose(found["lock.occupancy"].values.ravel(), held + free * rival, rtol=1e-6)


def test_full_kinetics_reaches_the_balance_of_the_fast_lock():
    """Internalisation apart, occupancy at a constant concentration is the antagonist's share of competitive binding."""
    still = {"plerixafor_niche_antagonist": [400.0], "plerixafor_niche_exchange_rate": [0.0]}
    no_traffic = {"cxcr4_internalisation_rate": [1e-6], "cxcr4_ligand_internalisation_rate": [1e-9]}
    found = integrate(
        load_model("receptor_kinetics"), times=[0.0, 20.0], outputs=["cxcr4_occupancy"], parameters=still | no_traffic
    )
    ratio = 400 / 38.5
    assert float(found["cxcr4_occupancy"].values.ravel()[-1]) == pytest.approx(ratio / (1 + 1 + ratio), rel=1e-3)


def test_motixafortide_holds_its_receptor_for_three_days():
    """POT013: receptors stay occupied for 72 h and more; plerixafor's are free again (POT012: 6 to 12 h)."""
    long = integrate(load_model("motixafortide_pk"), "motixafortide 1.25 mg/kg sc once", times=[12.0, 72.0])
    short = integrate(load_model("plerixafor_pk"), "plerixafor 0.24 mg/kg sc once", times=[12.0, 72.0])
    assert long["cxcr4_occupancy"].values.ravel()[-1] >= 0.5
    assert short["cxcr4_occupancy"].values.ravel()[-1] < 0.01


def test_every_drug_acts_as_in_mobilisation_when_it_is_alone():
    """The model of all drugs is the calibrated one as long as plerixafor and filgrastim are the only ones."""
    text = "filgrastim 10 ug/kg sc daily for 5 days\nplerixafor 0.24 mg/kg sc on day 4 at 22:00"
    times = np.linspace(0, 144, 73)
    one, all_ = (
        integrate(load_model(name), text, times=times, outputs=["cd34", "anc", "cxcr4_occupancy"], rtol=1e-8)
        for name in ("mobilisation", "mobilisation_drugs")
    )
    for name in ("cd34", "anc", "cxcr4_occupancy"):
        np.testing.assert_allclose(all_[name].values, one[name].values, rtol=1e-5, atol=1e-8)


def test_an_oral_drug_of_the_page_has_its_clearance():
    drug = load_drug("dexamethasone")
    times = np.linspace(0, 72, 7201)
    found = integrate(load_model("dexamethasone_pk"), "dexamethasone 20 mg po once", times=times)
    area = np.trapezoid(found["dexamethasone_concentration"].values.ravel(), times)
    assert area == pytest.approx(20e3 / 15.05, rel=1e-3)
    assert drug.route("po").species == "depot"
