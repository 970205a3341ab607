"""The loop that moves lanes through time, in Numba: step control, doses, output, status; compiled once per machine.

A lane is a patient with its own time, step and error test; a finished lane takes the next patient at once. Sizes and
kernel addresses arrive at run time, so one compiled driver serves every model.
"""

# Numba reads these functions as they stand: no type annotations of its own kinds, no closures.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, call-arg, var-annotated"
from __future__ import annotations

import re

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from unmoor.engine import task as at
from unmoor.engine.rosenbrock import (
    ACTIVE,
    ATOL,
    CONTROL_ROWS,
    ERROR,
    FACTOR,
    FIRST_STEP,
    RTOL,
    SCRATCH,
    STAGES,
    STEP,
    TIME,
)
from unmoor.engine.vector_ir import WIDTH

_EPSILON = 2.220446049250313e-16
_VECTOR = WIDTH * 8  # bytes
#: what a lane does at the end of a step: nothing special, a stop was reached, a stop with events, the last output
PASSING, STOPPED, DOSED, CLOSING = range(4)


@intrinsic
def doubles(typing, address):
    """An address as a pointer to doubles."""
    pointer = ir.DoubleType().as_pointer()
    return types.CPointer(types.float64)(types.int64), lambda c, b, s, args: b.inttoptr(args[0], pointer)


@intrinsic
def integers(typing, address):
    """An address as a pointer to 64-bit integers."""
    return types.CPointer(types.int64)(types.int64), lambda c, b, s, args: b.inttoptr(args[0], ir.PointerType())


@intrinsic
def call(typing, address, arguments):
    """Call the kernel function at `address` with a tuple of integers: addresses, and a flag where one is wanted."""

    def generate(context, b, signature, args):
        kinds = [ir.IntType(64)] * arguments.count
        function = b.inttoptr(args[0], ir.FunctionType(ir.VoidType(), kinds).as_pointer())
        b.call(function, [b.extract_value(args[1], k) for k in range(arguments.count)])
        return context.get_dummy_value()

    return types.void(types.int64, arguments), generate


_jit = numba.njit(error_model="numpy")


@_jit
def reset(lane, who, task, y, p):
    """Put the lane's states back to their initial values, from its parameters as they are, and end its infusions."""
    work = task[at.WORK]
    p_at = work + task[at.ROWS] * _VECTOR
    u_at = p_at + (task[at.PARAMETERS] + CONTROL_ROWS + STAGES * task[at.ROWS]) * _VECTOR
    call(task[at.START_AT], (p_at, u_at))
    u = doubles(u_at)
    states, home = task[at.ROWS] - task[at.HAS_CLOCK], doubles(task[at.HOME_AT])
    for i in range(states):
        y[i * WIDTH + lane] = u[i * WIDTH + lane]
        # a start that was given is the patient's own; nan where the model computes it
        if task[at.HOME_AT] != 0 and home[who * states + i] == home[who * states + i]:
            y[i * WIDTH + lane] = home[who * states + i]
    for i in range(task[at.GIVEN] - task[at.INFUSED], task[at.GIVEN]):
        p[i * WIDTH + lane] = 0.0


@_jit
def shift(lane, now, task, y, first, amount):
    """Add `amount` times the rates of the lane's states, as they are now, to the block of tangents at row `first`."""
    work, rows, clock = task[at.WORK], task[at.ROWS], task[at.HAS_CLOCK]
    p_at = work + rows * _VECTOR
    control_at = p_at + task[at.PARAMETERS] * _VECTOR
    u_at = control_at + (CONTROL_ROWS + STAGES * rows) * _VECTOR
    time_is, rates = doubles(control_at + TIME * _VECTOR), doubles(u_at + (rows - task[at.BLOCK]) * _VECTOR)
    time_is[lane] = now
    call(task[at.PREPARE_AT], (p_at,))
    call(task[at.FIRST_STEP_AT], (work, p_at, control_at, u_at))
    for i in range(task[at.BLOCK] - clock):
        y[(first + i) * WIDTH + lane] += amount * rates[i * WIDTH + lane]


@_jit
def apply_events(lane, who, now, e, last, time, kind, row, value, y, p, task):
    """Apply the lane's events from number `e` up to `now`, in record order; the number of the next one."""
    while e < last and time[e] <= now:
        place = row[e] * WIDTH + lane
        if kind[e] == at.TO_STATE:
            y[place] += value[e]
        elif kind[e] == at.TO_ROW:
            p[place] += value[e]
        elif kind[e] == at.SET_ROW:
            p[place] = value[e]
        elif kind[e] == at.RESET:
            reset(lane, who, task, y, p)
        else:
            shift(lane, now, task, y, row[e], value[e])
        e += 1
    return e


@_jit
def next_stop(e, last, time, end):
    """The time of the next event, or the end."""
    return min(time[e], end) if e < last else end


@_jit
def first_length(guess, rest):
    """A usable first step from the kernel's guess (0 or nan when all states are 0) and the time to the next stop."""
    return min(guess, rest) if guess > 1e-12 * rest else 1e-6 * rest


@_jit
def write(lane, outputs, n_times, seen, curve, place):
    """Copy the lane's outputs to one time of its patient's curves."""
    for i in range(outputs):
        curve[place + i * n_times] = seen[i * WIDTH + lane]


@_jit
def note(task, place, begun, length, error):
    """Write down a step that was tried, for whoever asked how the integration went."""
    row = doubles(task[at.TRACE_AT] + place * at.TRACE_COLUMNS * 8)
    row[at.BEGUN], row[at.LENGTH], row[at.SHARE], row[at.TAKEN] = begun, length, error, 1.0 if error <= 1.0 else 0.0


@_jit
def worst_state(lane, states, y, change, rtol, atol):
    """The state whose error is largest against its tolerance; one that is not finite comes first."""
    worst, largest = 0, -1.0
    for i in range(states):
        share = abs(change[i * WIDTH + lane]) / (atol + rtol * abs(y[i * WIDTH + lane]))
        if not share < 1e300:
            return i
        if share > largest:
            worst, largest = i, share
    return worst


@_jit
def put_back(lane, who, states, given, values, parameters, y, p):
    """Store the lane's states and parameter rows as the patient's own."""
    for i in range(states):
        values[who * states + i] = y[i * WIDTH + lane]
    for i in range(given):
        parameters[who * given + i] = p[i * WIDTH + lane]


@_jit
def idle(lane, rows, all_rows, active, y, p):
    """An idle lane repeats a running patient, so that its arithmetic stays harmless."""
    for other in range(WIDTH):
        if active[other] == 1:
            for i in range(rows):
                y[i * WIDTH + lane] = y[i * WIDTH + other]
            for i in range(all_rows):
                p[i * WIDTH + lane] = p[i * WIDTH + other]
            return


@_jit
def drive(task, reals):
    """Carry patients task[FIRST] .. task[LAST] - 1 from reals[BEGIN] to reals[END]; the data is behind `task`."""
    rows, given, outputs, n_times = task[at.ROWS], task[at.GIVEN], task[at.OUTPUTS], task[at.TIMES]
    all_rows, states = task[at.PARAMETERS], task[at.ROWS] - task[at.HAS_CLOCK]
    begin, end, rtol, atol = reals[at.BEGIN], reals[at.END], reals[at.RTOL_IS], reals[at.ATOL_IS]
    y_at = task[at.WORK]
    p_at = y_at + rows * _VECTOR
    control_at = p_at + all_rows * _VECTOR
    k_at = control_at + CONTROL_ROWS * _VECTOR
    u_at = k_at + STAGES * rows * _VECTOR
    matrix_at = u_at + SCRATCH * rows * _VECTOR
    dense_at = matrix_at + task[at.ENTRIES] * _VECTOR
    seen_at = dense_at + 5 * task[at.NEEDED] * _VECTOR
    lanes_at = seen_at + outputs * _VECTOR
    y, p, seen = doubles(y_at), doubles(p_at), doubles(seen_at)
    change = doubles(k_at + (STAGES - 1) * rows * _VECTOR)
    time_is, length_is = doubles(control_at + TIME * _VECTOR), doubles(control_at + STEP * _VECTOR)
    active_is, error_is = doubles(control_at + ACTIVE * _VECTOR), doubles(control_at + ERROR * _VECTOR)
    factor_is = doubles(control_at + FACTOR * _VECTOR)
    guess_is, tolerance_is = doubles(control_at + FIRST_STEP * _VECTOR), doubles(control_at + RTOL * _VECTOR)
    floor_is = doubles(control_at + ATOL * _VECTOR)
    t, h, stop = doubles(lanes_at), doubles(lanes_at + _VECTOR), doubles(lanes_at + 2 * _VECTOR)
    patient, event = integers(lanes_at + 3 * _VECTOR), integers(lanes_at + 4 * _VECTOR)
    next_time, active = integers(lanes_at + 5 * _VECTOR), integers(lanes_at + 6 * _VECTOR)
    hit, count = integers(lanes_at + 7 * _VECTOR), integers(lanes_at + 8 * _VECTOR)
    refused, fresh = integers(lanes_at + 9 * _VECTOR), integers(lanes_at + 10 * _VECTOR)
    parameters, values = doubles(task[at.GIVEN_AT]), doubles(task[at.VALUES_AT])
    status, failed_at = integers(task[at.STATUS_AT]), doubles(task[at.FAILED_AT])
    event_from, event_time = integers(task[at.EVENT_FROM]), doubles(task[at.EVENT_TIME])
    event_kind, event_row = integers(task[at.EVENT_KIND]), integers(task[at.EVENT_ROW])
    event_value, times = doubles(task[at.EVENT_VALUE]), doubles(task[at.TIMES_AT])
    curve, last = doubles(task[at.CURVES_AT]), task[at.LAST]

    call(task[at.ENTER_AT], (task[at.MODE_AT],))
    for lane in range(WIDTH):
        active[lane] = 0
        t[lane], h[lane], stop[lane] = begin, 1e-3, end
        tolerance_is[lane], floor_is[lane] = rtol, atol
    following, running, refill = task[at.FIRST], 0, True
    while True:
        if refill:
            refill = False
            for lane in range(WIDTH):
                fresh[lane] = 0
                while active[lane] == 0 and following < last:
                    who = following
                    following += 1
                    if status[who * at.STATUS_COLUMNS + at.CODE] == at.OK:
                        patient[lane], active[lane], fresh[lane] = who, 1, 1
                        count[lane], refused[lane], next_time[lane] = 0, 0, 0
                        running += 1
                        for i in range(states):
                            y[i * WIDTH + lane] = values[who * states + i]
                        if states < rows:
                            y[states * WIDTH + lane] = begin
                        for i in range(given):
                            p[i * WIDTH + lane] = parameters[who * given + i]
                        final = event_from[who + 1]
                        event[lane] = apply_events(
                            lane,
                            who,
                            begin,
                            event_from[who],
                            final,
                            event_time,
                            event_kind,
                            event_row,
                            event_value,
                            y,
                            p,
                            task,
                        )
                        t[lane], stop[lane] = begin, next_stop(event[lane], final, event_time, end)
            if running == 0:
                break
            for lane in range(WIDTH):
                time_is[lane] = t[lane]
                if active[lane] == 0:
                    idle(lane, rows, all_rows, active, y, p)
            call(task[at.PREPARE_AT], (p_at,))
            call(task[at.FIRST_STEP_AT], (y_at, p_at, control_at, u_at))
            call(task[at.OBSERVE_STATE_AT], (y_at, p_at, control_at, seen_at))
            for lane in range(WIDTH):
                if fresh[lane] == 1:
                    h[lane] = first_length(guess_is[lane], stop[lane] - begin)
                    while next_time[lane] < n_times and times[next_time[lane]] <= begin:
                        write(lane, outputs, n_times, seen, curve, patient[lane] * outputs * n_times + next_time[lane])
                        next_time[lane] += 1
            if begin >= end:
                # nothing to integrate: the instant itself was asked for
                for lane in range(WIDTH):
                    if active[lane] == 1:
                        put_back(lane, patient[lane], states, given, values, parameters, y, p)
                        active[lane], running, refill = 0, running - 1, True
                continue

        want_dense = 0
        for lane in range(WIDTH):
            rest = stop[lane] - t[lane]
            hit[lane] = STOPPED if h[lane] * 1.000001 >= rest else PASSING
            length = rest if hit[lane] == STOPPED else (0.5 * rest if 2.0 * h[lane] > rest else h[lane])
            if t[lane] + length >= stop[lane]:
                # half of a last unit in the last place rounds up: the stop is reached, and no rest would be left
                hit[lane], length = STOPPED, rest
            if active[lane] == 0:
                hit[lane], length = PASSING, 1e-3
            elif next_time[lane] < n_times and times[next_time[lane]] <= t[lane] + length:
                want_dense = 1
            length_is[lane], time_is[lane], active_is[lane] = length, t[lane], float(active[lane])
        call(task[at.STEP_AT], (y_at, p_at, control_at, k_at, u_at, matrix_at, dense_at, want_dense))
        for lane in range(WIDTH):
            if want_dense == 0 or active[lane] == 0 or not error_is[lane] <= 1.0:
                continue
            first = place = next_time[lane]
            # an output at a stop waits until the events of that instant have been applied
            while place < n_times and (
                times[place] < stop[lane] if hit[lane] == STOPPED else times[place] <= t[lane] + length_is[lane]
            ):
                place += 1
            if place > first:
                to = task[at.CURVES_AT] + 8 * (patient[lane] * outputs * n_times + first)
                seen_from = task[at.TIMES_AT] + 8 * first
                call(
                    task[at.OBSERVE_DENSE_AT],
                    (dense_at, p_at, control_at, seen_from, to, lane, place - first, n_times),
                )
                next_time[lane] = place

        instant = False
        for lane in range(WIDTH):
            if active[lane] == 0:
                continue
            error, tried, who, reason = error_is[lane], length_is[lane], patient[lane], at.OK
            count[lane] += 1
            if count[lane] <= task[at.TRACE]:
                note(task, who * task[at.TRACE] + count[lane] - 1, t[lane], tried, error)
            if error <= 1.0:
                # straight after a rejection the step does not grow
                h[lane] = tried * (min(factor_is[lane], 1.0) if refused[lane] == 1 else factor_is[lane])
                refused[lane] = 0
                t[lane] = stop[lane] if hit[lane] == STOPPED else t[lane] + tried
            else:
                finite = error < 1e300
                h[lane] = tried * (min(factor_is[lane], 0.9) if finite else 0.2)
                refused[lane], hit[lane] = 1, PASSING
                status[who * at.STATUS_COLUMNS + at.REJECTED] += 1
                if h[lane] <= 4.0 * _EPSILON * abs(t[lane]) or h[lane] < 1e-290:
                    reason = at.TOO_SMALL_STEP if finite else at.UNSTABLE
            if hit[lane] == STOPPED:
                final, instant = event_from[who + 1], True
                event[lane] = apply_events(
                    lane, who, t[lane], event[lane], final, event_time, event_kind, event_row, event_value, y, p, task
                )
                hit[lane] = DOSED if t[lane] < end else CLOSING
                stop[lane] = next_stop(event[lane], final, event_time, end)
            elif reason == at.OK and count[lane] >= task[at.MAX_STEPS]:
                reason = at.TOO_MANY_STEPS
            if reason != at.OK:
                status[who * at.STATUS_COLUMNS + at.CODE] = reason
                status[who * at.STATUS_COLUMNS + at.WORST] = worst_state(lane, states, y, change, rtol, atol)
                status[who * at.STATUS_COLUMNS + at.TRIED] += count[lane]
                failed_at[who] = t[lane]
                put_back(lane, who, states, given, values, parameters, y, p)
                for i in range(outputs * n_times):
                    curve[who * outputs * n_times + i] = float("nan")
                active[lane], running, refill = 0, running - 1, True
        if instant:
            for lane in range(WIDTH):
                time_is[lane] = t[lane]
            # an event may have set a constant that derived rows are made of
            call(task[at.PREPARE_AT], (p_at,))
            call(task[at.FIRST_STEP_AT], (y_at, p_at, control_at, u_at))
            call(task[at.OBSERVE_STATE_AT], (y_at, p_at, control_at, seen_at))
            for lane in range(WIDTH):
                if active[lane] == 0 or hit[lane] < DOSED:
                    continue
                who = patient[lane]
                while (
                    (hit[lane] == DOSED or task[at.CLOSED] == 1)
                    and next_time[lane] < n_times
                    and (times[next_time[lane]] <= t[lane])
                ):
                    write(lane, outputs, n_times, seen, curve, who * outputs * n_times + next_time[lane])
                    next_time[lane] += 1
                if hit[lane] == DOSED:
                    h[lane] = min(h[lane], first_length(guess_is[lane], stop[lane] - t[lane]))
                    continue
                put_back(lane, who, states, given, values, parameters, y, p)
                status[who * at.STATUS_COLUMNS + at.TRIED] += count[lane]
                active[lane], running, refill = 0, running - 1, True
    call(task[at.LEAVE_AT], (task[at.MODE_AT],))
    return 0


def entry(task, reals):
    """The driver as a C function of two pointers."""
    return drive(task, reals)


def driver_text() -> tuple[str, str]:
    """The driver as LLVM text, and the name of its entry: int32 entry(int64* result, void** error, int64*, double*)."""
    signature = types.int64(types.CPointer(types.int64), types.CPointer(types.float64))
    compiled = numba.cfunc(signature, error_model="numpy", boundscheck=False)(entry)
    wrapper = compiled.native_name
    name = wrapper.removeprefix("cfunc.")
    text = compiled.inspect_llvm()
    # The wrapper for Python callers would pull in the interpreter; without it nothing refers to Python any more.
    text = re.sub(rf'define i64 @"?{re.escape(wrapper)}"?\(.*?\n}}\n', "", text, flags=re.S)
    return text, name
