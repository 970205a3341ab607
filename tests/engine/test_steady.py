"""Steady starts against closed forms, against long simulation, and where there is none to be found."""

from __future__ import annotations

import time

import numpy as np
import pytest

from unmoor import integrate, load_model
from unmoor.base.errors import Unsupported
from unmoor.dosing.events import Events
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator
from unmoor.engine.steady import steady_start

NAMES = ("stem", "mitotic", "maturing", "ready", "blood")


def spread(constants, n: int, seed: int = 1, size: float = 0.3) -> dict[str, np.ndarray]:
    """Log-normal values of every constant."""
    random = np.random.default_rng(seed)
    return {name: value * np.exp(size * random.standard_normal(n)) for name, value in constants.items()}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """The library's neutrophil line, driven and drained by constants, so that its text gives only a first guess."""
    folder = tmp_path_factory.mktemp("content") / "models"
    folder.mkdir()
    text = 'import "marrow/neutrophil_line.ant"\nmodel driven()\n  line: neutrophil_line();\n'
    text += "  line.drive is drive;\n  line.removal_rate is removal_rate;\n  line.blood is anc;\n"
    text += "  line.egress_multiplier is egress;\n  line.homing_multiplier is homing;\nend\n"
    (folder / "driven.ant").write_text(text)
    rows = ["name,kind,value,unit,distribution,spread,lower,upper,source,evidence,note"]
    rows += ["drive,constant,0.2,1,,,,,assumed,assumed,", "removal_rate,constant,0.01,1/h,,,,,assumed,assumed,"]
    rows += [f"{name},constant,1,1,,,,,assumed,assumed," for name in ("egress", "homing")]
    rows += ["anc,state,,10^9 cells/L,,,,,,,", *(f"line.{name},state,steady,10^9 cells/L,,,,,,," for name in NAMES)]
    (folder / "driven.csv").write_text("\n".join(rows) + "\n")
    return load_model(folder / "driven.ant")


def test_the_neutrophil_line_starts_where_its_rates_balance(line):
    chain = ["line_stem", "line_mitotic", "line_maturing", "line_ready", "anc"]
    assert set(line.steady) == set(chain)
    numbers = [name for name in line.constants if line.constants[name] and name not in ("egress", "homing")]
    p = spread({name: line.constants[name] for name in numbers}, 500)
    start = Simulator(line, line.states).begin(p)
    assert not start.status.any()
    made = p["line_loss_rate"] * p["line_baseline"] * (1 + p["line_production_stimulation"] * p["drive"])
    moved = p["line_transit_rate"] * (1 + p["line_transit_stimulation"] * p["drive"])
    blood = made / (p["line_loss_rate"] + p["removal_rate"])
    for name, exact in zip(chain, [made / moved] * 4 + [blood], strict=True):
        np.testing.assert_allclose(start.states[:, line.states.index(name)], exact, rtol=1e-12, err_msg=name)


def test_a_feedback_rests_where_a_long_simulation_ends(model):
    """Friberg 2002 (doi:10.1200/JCO.2002.02.140): proliferation, three transits, blood that holds production back."""
    chain = {"p": "k*p*(c0/c)**g - k*p", "a": "k*p - k*a", "b": "k*a - k*b", "d": "k*b - k*d", "c": "k*d - out*c"}
    guess = {**dict.fromkeys("pabd", "c0*out/k"), "c": "1.5*c0"}
    made = model(chain, initial=guess, constants={"k": 0.05, "c0": 4.0, "g": 0.2, "out": 0.1}).starting_steady()
    p = spread(made.constants, 64)
    simulator = Simulator(made)
    start = simulator.begin(p)
    assert not start.status.any()
    np.testing.assert_allclose(start.states[:, 4], p["c0"], rtol=1e-9)
    free = Simulator(model(chain, initial=guess, constants=dict(made.constants)))
    _, last = free.advance(free.begin(p), Events.none(), 20_000.0, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(start.states, last.states, rtol=1e-8)
    _, later = simulator.advance(start, Events.none(), 20_000.0, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(later.states, start.states, rtol=1e-9)


def test_a_bistable_model_ends_in_the_basin_of_its_start(model):
    made = model({"x": "x*(1 - x)*(x - 0.3)"}, initial={"x": "x0"}, constants={"x0": 0.5}).starting_steady()
    begin = np.array([0.0, 1e-6, 0.1, 0.29, 0.2999999, 0.3000001, 0.31, 0.6, 1.0, 3.0, 1e4])
    start = Simulator(made).begin({"x0": begin})
    assert not start.status.any()
    np.testing.assert_allclose(start.states[:, 0], begin > 0.3, atol=1e-10)


def test_two_genes_that_hold_each_other_down_keep_the_side_they_start_on(model):
    rates = {"a": "s/(1 + b**2) - a", "b": "s/(1 + a**2) - b"}
    made = model(rates, initial={"a": "a0", "b": "b0"}, constants={"s": 4.0, "a0": 1.0, "b0": 1.0}).starting_steady()
    random = np.random.default_rng(3)
    p = {"a0": random.uniform(0, 5, 200), "b0": random.uniform(0, 5, 200)}
    start = Simulator(made).begin(p)
    free = Simulator(model(rates, initial={"a": "a0", "b": "b0"}, constants=dict(made.constants)))
    _, last = free.advance(free.begin(p), Events.none(), 500.0, rtol=1e-9)
    well = start.status == Status.OK
    assert well.sum() >= 195  # a start within rounding of the ridge may be refused, never sent to the wrong side
    np.testing.assert_allclose(start.states[well], last.states[well], rtol=1e-6)
    assert {tuple(row) for row in (start.states[well] > 1).tolist()} == {(True, False), (False, True)}


def test_no_steady_state_is_a_status_and_the_others_go_on(model):
    made = model(
        {"x": "rate - top*x/(half + x)"},
        initial={"x": "x0"},
        constants={"rate": 1.0, "top": 2.0, "half": 3.0, "x0": 1.0},
    ).starting_steady()
    rate = np.array([0.1, 1.0, 2.001, 1.999, 5.0])
    simulator = Simulator(made)
    start = simulator.begin({"rate": rate})
    assert [Status(code) for code in start.status] == [Status.OK] * 2 + [Status.NO_STEADY_STATE, Status.OK] + [
        Status.NO_STEADY_STATE
    ]
    well = start.status == Status.OK
    np.testing.assert_allclose(start.states[well, 0], 3 * rate[well] / (2 - rate[well]), rtol=1e-9)
    assert np.isnan(start.states[~well]).all()
    assert start.failed_at[2] == 0.0
    assert start.worst[2] == 0
    curves, last = simulator.advance(start, Events.none(), 5.0, [0.0, 5.0], closed=True)
    assert np.isnan(curves[~well]).all()
    assert np.isfinite(curves[well]).all()
    assert last.status.tolist() == start.status.tolist()


@pytest.mark.parametrize(
    ("rates", "initial"),
    [
        ({"x": "1 + 0*k"}, {}),  # grows for ever
        ({"x": "k*x"}, {"x": "1"}),  # grows ever faster
        ({"x": "k*x*(1 - x/9)"}, {}),  # rests at 0 only while nothing disturbs it
        ({"x": "k + x*x*y - 4*x", "y": "3*x - x*x*y"}, {"x": "1", "y": "3"}),  # the Brusselator, at its unstable rest
        ({"x": "ln(x)*k"}, {"x": "1.001"}),  # leaves its rest
    ],
)
def test_what_has_no_stable_rest_is_refused(model, rates, initial):
    start = Simulator(model(rates, initial=initial, constants={"k": 1.0}).starting_steady()).begin()
    assert Status(int(start.status[0])) == Status.NO_STEADY_STATE


def test_a_guess_that_is_no_number_is_a_bad_start(model):
    made = model({"x": "1 - x"}, initial={"x": "1/k"}, constants={"k": 1.0}).starting_steady()
    start = Simulator(made).begin({"k": [0.0, 1.0]})
    assert [Status(code).name for code in start.status] == ["BAD_START", "OK"]


def test_what_a_model_conserves_is_kept(model):
    rates = {
        "free": "off*bound - on*free*drug",
        "bound": "on*free*drug - off*bound",
        "drug": "off*bound - on*free*drug",
    }
    start = {"free": "r", "bound": "0", "drug": "d"}
    made = model(rates, initial=start, constants={"r": 2.0, "d": 3.0, "on": 5.0, "off": 1.0}).starting_steady()
    p = spread(made.constants, 300, size=1.0)
    found = Simulator(made).begin(p)
    assert not found.status.any()
    free, bound, drug = found.states.T
    np.testing.assert_allclose(free + bound, p["r"], rtol=1e-9)
    np.testing.assert_allclose(drug + bound, p["d"], rtol=1e-9)
    np.testing.assert_allclose(p["on"] * free * drug, p["off"] * bound, rtol=1e-8)


def test_slow_and_fast_together(model):
    """Eleven orders of magnitude between the fastest and the slowest movement."""
    rates = {"fast": "1e5*(slow - fast)", "slow": "1e-6*(target - slow) + 0*fast"}
    made = model(rates, initial={"fast": "0", "slow": "1"}, constants={"target": 7.0}).starting_steady()
    np.testing.assert_allclose(Simulator(made).begin().states[0], 7.0, rtol=1e-3)


def test_what_starts_positive_stays_so(model):
    rates = {"x": "k - x*y", "y": "x*y - y*q", "z": "y - z*z*z"}
    made = model(rates, initial={"x": "5", "y": "0.01", "z": "2"}, constants={"k": 1.0, "q": 0.5}).starting_steady()
    start = Simulator(made).begin(spread(made.constants, 200))
    assert not start.status.any()
    assert (start.states > 0).all()


def test_only_the_declared_states_are_moved_and_the_others_wait(model):
    made = model(
        {"depot": "-ka*depot", "effect": "kin*(1 + depot) - kout*effect"},
        initial={"depot": "2", "effect": "1"},
        constants={"ka": 1.0, "kin": 3.0, "kout": 0.5},
    ).starting_steady("effect")
    assert Simulator(made).begin().states[0].tolist() == pytest.approx([2.0, 18.0], rel=1e-12)


def test_a_start_that_depends_on_a_steady_one_follows_it(model):
    made = model(
        {"x": "k - q*x - 0*y", "y": "-y*rate"},
        initial={"x": "1", "y": "2*x", "rate": "x/10"},
        constants={"k": 6.0, "q": 2.0},
        outputs=["x", "y", "rate"],
        assignments={},
    ).starting_steady("x")
    simulator = Simulator(made)
    start = simulator.begin()
    assert start.states[0].tolist() == pytest.approx([3.0, 6.0], rel=1e-12)
    curves, _ = simulator.advance(start, Events.none(), 1.0, [1.0], closed=True, rtol=1e-9)
    assert curves[0, :, 0] == pytest.approx([3.0, 6.0 * np.exp(-0.3), 0.3], rel=1e-8)


def test_a_balance_may_run_through_a_dependent_start(model):
    """y starts at 2 x, and the rate of x depends on y: x is where 1 + y - x (1 + x) = 0 with y = 2 x."""
    made = model({"x": "1 + y - x*(1 + x)", "y": "0"}, initial={"x": "1", "y": "2*x"}).starting_steady("x")
    golden = (1 + np.sqrt(5)) / 2
    assert Simulator(made).begin().states[0].tolist() == pytest.approx([golden, 2 * golden], rel=1e-10)


def test_a_state_that_is_given_is_taken_as_it_is(model):
    made = model({"x": "k - x", "y": "x - y"}, initial={"x": "1", "y": "1"}, constants={"k": 3.0}).starting_steady()
    start = Simulator(made).begin({"x": [10.0, 20.0]})
    np.testing.assert_allclose(start.states, [[10.0, 10.0], [20.0, 20.0]], rtol=1e-12)
    assert Simulator(made).begin({"x": 1.0, "y": 9.0}).states.tolist() == [[1.0, 9.0]]


def test_a_reset_returns_to_the_steady_start(model):
    made = model({"x": "k - x"}, initial={"x": "100"}, constants={"k": 3.0}, outputs=["x"]).starting_steady()
    simulator = Simulator(made)
    events = Events.join(Events.bolus([0], [1.0], "x", [50.0]), Events.reset([0], [2.0]))
    curves, _ = simulator.advance(simulator.begin(), events, 3.0, [0.5, 1.0, 2.0, 3.0], closed=True)
    np.testing.assert_allclose(curves[0, 0], [3.0, 53.0, 3.0, 3.0], rtol=1e-9)


def test_a_rate_that_depends_on_time_is_refused(model):
    made = model({"x": "sin(time) - x"}).starting_steady()
    with pytest.raises(Unsupported, match="'x' cannot start steady: its rate depends on time"):
        Simulator(made).begin()


def test_a_patient_is_the_same_in_any_company(model):
    rates = {"x": "k/(1 + y**h) - x", "y": "x - q*y"}
    made = model(rates, initial={"x": "1", "y": "1"}, constants={"k": 4.0, "q": 0.7, "h": 2.0}).starting_steady()
    p = spread(made.constants, 1000, size=0.5)
    simulator = Simulator(made)
    whole = simulator.begin(p).states
    for chosen in (slice(0, 1), slice(3, 20), slice(997, 1000), np.random.default_rng(2).permutation(1000)):
        part = simulator.begin({name: value[chosen] for name, value in p.items()})
        assert np.array_equal(part.states, whole[chosen])
    # neither does a neighbour without a steady state disturb
    spoilt = {name: np.where(np.arange(1000) % 3 == 0, -1.0, value) for name, value in p.items()}
    found = simulator.begin(spoilt).states
    assert np.array_equal(found[np.arange(1000) % 3 != 0], whole[np.arange(1000) % 3 != 0])


def test_the_residual_is_told(model):
    made = model({"x": "k - q*x*x"}, initial={"x": "1"}, constants={"k": 2.0, "q": 3.0}).starting_steady()
    rows = np.array([[2.0, 3.0], [5.0, 7.0]])
    found = steady_start(made, rows, {})
    assert found.found.all()
    assert (found.residual <= 1e-10).all()
    left = np.abs(rows[:, 0] - rows[:, 1] * found.values[:, 0] ** 2) / rows[:, 0]
    assert (left < 1e-10).all()


def test_a_hundred_thousand_patients_of_forty_states_take_seconds(model):
    """About 4 s on two busy cores; the limit leaves room and still forbids simulating to rest."""
    rates = {"s0": "kin/(1 + s39) - k*s0"} | {f"s{i}": f"k*s{i - 1} - k*s{i}*(1 + s{i}/9)" for i in range(1, 40)}
    constants = {"kin": 10.0, "k": 0.5}
    made = model(rates, initial=dict.fromkeys(rates, 1.0), constants=constants).starting_steady()
    simulator = Simulator(made, ["s0"])
    simulator.begin()
    p = spread(made.constants, 100_000)
    began = time.perf_counter()
    start = simulator.begin(p)
    taken = time.perf_counter() - began
    assert not start.status.any()
    assert taken < 40.0


def test_integrate_starts_steady_and_reports_the_status(model):
    made = model({"x": "k - q*x"}, initial={"x": "1"}, constants={"k": 3.0, "q": 2.0}).starting_steady()
    found = integrate(made, parameters={"q": [2.0, 0.0]}, times=[0.0, 9.0])
    np.testing.assert_allclose(found["x"].values[0], 1.5, rtol=1e-9)
    assert np.isnan(found["x"].values[1]).all()
    assert found["status"].values.tolist() == [Status.OK, Status.NO_STEADY_STATE]


def test_the_state_furthest_off_is_named(model):
    rates = {"a": "1 - a", "b": "k*a", "c": "a - c"}
    made = model(rates, initial=dict.fromkeys("abc", 1.0), constants={"k": 2.0}).starting_steady()
    start = Simulator(made).begin({"k": [2.0, 0.0]})
    assert start.status.tolist() == [Status.NO_STEADY_STATE, Status.OK]
    assert start.worst.tolist() == [1, -1]
