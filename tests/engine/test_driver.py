"""The driver's own functions, and that its code stands alone: no Python, no Numba, any model."""

from __future__ import annotations

import ctypes
import math
import re

import numpy as np
import pytest

from unmoor.dosing.events import Events
from unmoor.engine import cache, ensemble, machine, task
from unmoor.engine import driver as moves
from unmoor.engine.driver import driver_text
from unmoor.engine.outcome import Status
from unmoor.engine.simulator import Simulator
from unmoor.engine.vector_ir import WIDTH


@pytest.fixture(scope="module")
def code() -> tuple[bytes, str]:
    """Object code of the driver and the name of its entry, as this machine's cache has them."""
    keys: list[str] = []
    obtain = machine.obtain
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "obtain", lambda key, make: keys.append(key) or obtain(key, make))
        ensemble.driver.__wrapped__()
    stored = cache.read(keys[0])
    if stored is None:  # no cache can be written here: made once more
        text, name = driver_text()
        return machine.compile_text(text), name
    return stored


def test_nothing_of_python_or_numba_is_left(code):
    """Names of outside functions stand in the object's table of symbols as they are."""
    binary, name = code
    assert name.encode() in binary
    assert not re.findall(rb"\b_?(?:Py[A-Z]\w+|NRT_\w+|numba_\w+|cfunc\.\w+)", binary)


def test_the_code_stands_alone(code):
    """Loaded into an engine of its own, asked for no patient at all, it enters, leaves and returns."""
    engine = machine._load(code[0])
    entry = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)(engine.get_function_address(code[1]))
    count = "define void @count(ptr %x) {\n  %a = load i32, ptr %x\n  %b = add i32 %a, 1\n  store i32 %b, ptr %x\n"
    counter = machine._load(machine.compile_text(count + "  ret void\n}\n"))
    address = counter.get_function_address("count")
    block, reals = np.zeros(task.INTEGERS, dtype=np.int64), np.zeros(task.DOUBLES)
    room, calls = ensemble.aligned(64), np.zeros(4, dtype=np.int32)
    block[task.ENTER_AT], block[task.LEAVE_AT] = address, address
    block[task.WORK], block[task.MODE_AT] = room.ctypes.data, calls.ctypes.data
    result, error = ctypes.c_int64(-1), ctypes.c_void_p()
    done = entry(ctypes.addressof(result), ctypes.addressof(error), block.ctypes.data, reals.ctypes.data)
    assert (done, result.value) == (0, 0)
    assert calls[0] == 2


def test_compiled_once_then_found_on_disk(tmp_path, monkeypatch):
    ensemble.driver()  # the process keeps its own, whatever this test forgets
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path))
    made = []
    text = "define i32 @small(ptr %a, ptr %b, ptr %c, ptr %d) {\n  ret i32 77\n}\n"
    monkeypatch.setattr(ensemble, "_make_driver", lambda: made.append(1) or (text, "small"))
    for _ in range(2):
        monkeypatch.setattr(machine, "_loaded", {})  # as in a new process; what was loaded stays in memory
        assert ensemble.driver.__wrapped__()(None, None, None, None) == 77
    assert made == [1]
    assert len(list(tmp_path.glob("*.code"))) == 1


def test_the_first_compilation_says_what_it_does(monkeypatch, capsys):
    monkeypatch.setattr(moves, "driver_text", lambda: ("text", "name"))
    assert ensemble._make_driver() == ("text", "name")
    assert "once for this machine" in capsys.readouterr().err


@pytest.mark.parametrize("size", [1, 2, 7, 23])
def test_one_driver_serves_models_of_any_size(model, size):
    """A chain of compartments emptied at one rate: the last holds a gamma density."""
    rates = {"s0": "-k*s0"} | {f"s{k}": f"k*s{k - 1} - k*s{k}" for k in range(1, size)}
    chain = Simulator(model(rates, initial={"s0": 1.0}, constants={"k": 1.0}))
    rate = np.array([0.5, 1.0, 2.0])
    times = np.linspace(0, 8, 9)
    curves, last = chain.advance(
        chain.begin({"k": rate}), Events.none(), 8.0, times, rtol=1e-9, atol=1e-12, closed=True
    )
    assert not last.status.any()
    for k in range(size):
        scaled = rate[:, None] * times
        exact = np.exp(-scaled) * scaled**k / math.factorial(k)
        np.testing.assert_allclose(curves[:, k], exact, rtol=1e-6, atol=1e-10)


# The parts, as plain functions of arrays.


def rows(values) -> np.ndarray:
    """Rows of vectors, one value each, in lane 2; -1 elsewhere."""
    found = np.full((len(values), WIDTH), -1.0)
    found[:, 2] = values
    return found.ravel()


def test_events_up_to_now_are_applied_in_record_order():
    time = np.array([0.0, 1.0, 1.0, 1.0, 2.0])
    kind = np.array([task.TO_STATE, task.TO_STATE, task.TO_ROW, task.SET_ROW, task.TO_STATE])
    row, value = np.array([0, 1, 0, 1, 0]), np.array([5.0, 7.0, 3.0, 9.0, 100.0])
    y, p = rows([1.0, 2.0]), rows([10.0, 20.0])
    block = np.zeros(task.INTEGERS, dtype=np.int64)
    following = moves.apply_events.py_func(2, 0, 1.0, 0, 5, time, kind, row, value, y, p, block)
    assert following == 4
    np.testing.assert_array_equal(y, rows([6.0, 9.0]))
    np.testing.assert_array_equal(p, rows([13.0, 9.0]))
    assert moves.apply_events.py_func(2, 0, 1.0, 4, 5, time, kind, row, value, y, p, block) == 4


def test_the_next_stop_is_the_next_event_or_the_end():
    time = np.array([1.0, 5.0, 30.0])
    stop = moves.next_stop.py_func
    assert stop(0, 3, time, 10.0) == 1.0
    assert stop(2, 3, time, 10.0) == 10.0
    assert stop(3, 3, time, 10.0) == 10.0
    assert stop(1, 1, time, 10.0) == 10.0  # the following events are another patient's


@pytest.mark.parametrize(
    ("guess", "rest", "expected"),
    [(0.5, 10.0, 0.5), (50.0, 10.0, 10.0), (0.0, 10.0, 1e-5), (math.nan, 10.0, 1e-5), (1e-14, 10.0, 1e-5)],
)
def test_a_first_length_is_usable(guess, rest, expected):
    assert moves.first_length.py_func(guess, rest) == pytest.approx(expected)


def test_the_worst_state_is_named():
    worst = moves.worst_state.py_func
    y = rows([1.0, 1000.0, 1.0])
    assert worst(2, 3, y, rows([1e-3, 0.5, 1e-4]), 1e-3, 1e-6) == 0
    assert worst(2, 3, y, rows([1e-3, 50.0, 1e-4]), 1e-3, 1e-6) == 1
    assert worst(2, 3, y, rows([9e9, 1.0, math.nan]), 1e-3, 1e-6) == 2
    assert worst(2, 3, y, rows([math.inf, 1.0, math.nan]), 1e-3, 1e-6) == 0


def test_an_idle_lane_repeats_a_running_one():
    y, p = np.arange(2.0 * WIDTH), np.arange(3.0 * WIDTH)
    active = np.zeros(WIDTH, dtype=np.int64)
    active[5] = 1
    moves.idle.py_func(1, 2, 3, active, y, p)
    np.testing.assert_array_equal(y.reshape(2, WIDTH)[:, 1], y.reshape(2, WIDTH)[:, 5])
    np.testing.assert_array_equal(p.reshape(3, WIDTH)[:, 1], p.reshape(3, WIDTH)[:, 5])
    np.testing.assert_array_equal(np.delete(y.reshape(2, WIDTH), 1, axis=1)[0], [0, 2, 3, 4, 5, 6, 7])


# What the loop is asked for, end to end.


def test_a_step_is_never_longer_than_the_next_event(model):
    """A switch that is on for a millionth of the span is not stepped over."""
    pulsed = Simulator(model({"y": "on"}, constants={"on": 0.0}, switches=["on"]))
    events = Events.join(Events.switch(0, 500.0, "on", 1e6), Events.switch(0, 500.001, "on", 0.0))
    curves, _ = pulsed.advance(pulsed.begin(), events, 1000.0, [499.0, 500.0, 500.0005, 501.0], closed=True)
    np.testing.assert_allclose(curves[0, 0], [0.0, 0.0, 500.0, 1000.0], rtol=1e-9)


def test_events_a_rounding_apart(model):
    plain = Simulator(model({"y": "-y"}))
    times = 7.0 + np.arange(5) * np.spacing(7.0)
    curves, last = plain.advance(plain.begin(), Events.bolus(0, times, "y", 1.0), 8.0, [times[-1], 8.0], closed=True)
    assert not last.status.any()
    np.testing.assert_allclose(curves[0, 0], [5.0, 5 * math.exp(-1)], rtol=1e-6)


def test_the_number_of_steps_is_counted(model):
    plain = Simulator(model({"y": "-y"}, initial={"y": 1.0}))
    _, last = plain.advance(plain.begin(), Events.none(), 5.0)
    tried, rejected = last.steps[0]
    assert 5 < tried < 60
    assert 0 <= rejected < tried
    _, later = plain.advance(last, Events.none(), 6.0)
    assert later.steps[0, 0] > tried


def test_a_lane_without_progress_ends_with_a_status_instead_of_hanging(model):
    """An infinite slope: every step is refused however short."""
    cliff = Simulator(model({"y": "1 / (time - 1)"}))
    _, last = cliff.advance(cliff.begin(n=3), Events.none(), 2.0, max_steps=10_000)
    assert np.all(np.isin(last.status, [Status.TOO_SMALL_STEP, Status.UNSTABLE, Status.TOO_MANY_STEPS]))
    np.testing.assert_allclose(last.failed_at, 1.0, atol=1e-6)
