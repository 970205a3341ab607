"""The contract of the driver's blocks: places apart, in the order both sides expect, room that suffices exactly."""

from __future__ import annotations

import numpy as np

from unmoor.dosing.events import Action, Events
from unmoor.engine import ensemble, task
from unmoor.engine.kernel import FUNCTIONS
from unmoor.engine.outcome import Status
from unmoor.engine.rosenbrock import CONTROL_ROWS, SCRATCH, STAGES
from unmoor.engine.simulator import Simulator
from unmoor.engine.vector_ir import WIDTH

SIZES = "FIRST LAST ROWS HAS_CLOCK GIVEN PARAMETERS ENTRIES NEEDED OUTPUTS TIMES".split()
SIZES += "MAX_STEPS CLOSED INFUSED BLOCK TRACE".split()
DATA = "WORK GIVEN_AT VALUES_AT STATUS_AT FAILED_AT EVENT_FROM EVENT_TIME EVENT_KIND EVENT_ROW EVENT_VALUE".split()
DATA += "TIMES_AT CURVES_AT TRACE_AT HOME_AT MODE_AT".split()


def test_every_integer_has_its_own_place():
    addresses = [f"{name.upper()}_AT" for name in FUNCTIONS]
    assert [getattr(task, name) for name in [*SIZES, *addresses, *DATA]] == list(range(task.INTEGERS))


def test_every_double_has_its_own_place():
    places = [getattr(task, name) for name in ("BEGIN", "END", "RTOL_IS", "ATOL_IS")]
    assert places == list(range(task.DOUBLES))


def test_kinds_of_event_are_those_of_the_event_table():
    kinds = (task.TO_STATE, task.TO_ROW, task.SET_ROW, task.RESET, task.SHIFT)
    assert kinds == (Action.ADD, Action.RATE, Action.SET, Action.RESET, Action.SHIFT)
    assert len(Action) == len(kinds)


def test_status_codes_are_those_of_outcome():
    codes = [task.OK, task.TOO_SMALL_STEP, task.TOO_MANY_STEPS, task.UNSTABLE]
    assert codes == [Status.OK, Status.TOO_SMALL_STEP, Status.TOO_MANY_STEPS, Status.UNSTABLE]
    columns = [task.CODE, task.WORST, task.TRIED, task.REJECTED]
    assert columns == list(range(task.STATUS_COLUMNS))


def test_the_work_space_suffices_and_is_used_to_its_end(model, monkeypatch):
    """Canaries behind the work space stay untouched, and its last vector is written."""
    rooms = []

    def guarded(vectors: int) -> np.ndarray:
        wide = np.full((vectors + 4) * WIDTH + 8, 1234.5)
        offset = (-wide.ctypes.data % 64) // 8
        rooms.append((wide[offset : offset + (vectors + 4) * WIDTH], vectors))
        return rooms[-1][0]

    seasonal = model(
        {"a": "-k*a*(1 + sin(time)) + b", "b": "k*a - exp(-k)*b"},
        initial={"a": 2.0},
        constants={"k": 0.3},
        assignments={"ratio": "b/(a + 1)", "sum": "a + b"},
        outputs=["ratio", "sum", "a"],
    )
    simulator = Simulator(seasonal, infused=["b"])
    start = simulator.begin({"k": np.linspace(0.1, 0.5, 11)})
    monkeypatch.setattr(ensemble, "aligned", guarded)
    _, last = simulator.advance(
        start, Events.infusion(np.arange(11), 1.0, "b", 5.0, 2.0), 9.0, np.linspace(0, 9, 30), threads=1
    )
    assert not last.status.any()
    ((room, vectors),) = rooms
    layout = simulator.layout
    assert vectors == task.work_vectors(
        layout.rows,
        len(layout.given) + layout.derived,
        layout.entries + layout.factors,
        len(layout.needed),
        len(layout.outputs),
        CONTROL_ROWS,
        STAGES,
        SCRATCH,
    )
    assert np.all(room[vectors * WIDTH :] == 1234.5)
    assert np.all(room[(vectors - 1) * WIDTH : vectors * WIDTH] != 1234.5)
