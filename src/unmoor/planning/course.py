"""From a pool of virtual patients to their past, which is compared with what was measured, and their futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.errors import BadInput
from unmoor.dosing.dose import Dose
from unmoor.dosing.events import Events
from unmoor.dosing.regimen import Regimen
from unmoor.engine.simulator import Simulator
from unmoor.planning import measurement
from unmoor.planning.clock import clock_of, said
from unmoor.planning.doses import Given, Measures, given
from unmoor.planning.measurement import Measured
from unmoor.planning.options import DAY, Option
from unmoor.planning.patient import Patient
from unmoor.planning.pool import Pool

Floats = NDArray[np.float64]
OUTPUTS = ("cd34", "wbc", "collected", "processed_volume")
CD34, WBC, COLLECTED, VOLUME = range(4)
SWITCH = "apheresis.on"
#: looser than the engine's default: errors stay far below those of any assay
RTOL, ATOL = 1e-4, 1e-7
NO_GCSF = ("sickle-cell",)


@dataclass(frozen=True, eq=False)
class Past:
    """The pool at the decision: true values predicted (patient, measured), snapshot, and the curve up to now.

    `cd34` (patient, time) in cells/uL; `collected` what the sessions so far gave (patient,), measured where it was;
    `events` what began before now and ends after it.
    """

    predicted: Floats
    snapshot: Any
    cd34: Floats
    collected: Floats
    events: Events
    measures: Measures
    parameters: dict[str, Floats]

    def of(self, rows: NDArray[np.int64]) -> Past:
        """The past of the chosen patients, by position."""
        from unmoor.population.formula import Labels

        columns = {
            name: Labels(column.index[rows], column.categories, column.codes)
            if isinstance(column, Labels)
            else column[rows]
            for name, column in self.measures.columns.items()
        }
        # what a snapshot holds by patient is chosen; its time, and what it was not asked for, stay
        held = {each.name: getattr(self.snapshot, each.name) for each in fields(self.snapshot)}
        arrays = {name: value[rows] for name, value in held.items() if isinstance(value, np.ndarray)}
        return Past(
            predicted=self.predicted[rows],
            snapshot=replace(self.snapshot, **arrays),
            cd34=self.cd34[rows],
            collected=self.collected[rows],
            events=self.events.of(rows),
            measures=Measures(columns, len(rows)),
            parameters={name: values[rows] for name, values in self.parameters.items()},
        )


@dataclass(frozen=True, eq=False)
class Future:
    """An option in the pool: `cd34` (patient, time), `before` counts and `yields` (patient, session), doses and hours.

    `volume` is the litres that the first session processes (patient,).
    """

    option: Option
    times: Floats
    cd34: Floats
    before: Floats
    yields: Floats
    doses: tuple[Given, ...]
    volume: Floats


class Courses:
    """The model, compiled for the outputs of a plan, and a patient's history as events."""

    def __init__(self, patient: Patient, pool: Pool) -> None:
        """Read the doses; raises what dose text raises, and BadInput for a dose after the decision."""
        self.patient, self.pool = patient, pool
        self.model = pool.world.population.model
        self.regimen = _regimen(patient, pool.world.population.name)
        self.plerixafor = Regimen.of(patient.clinic.plerixafor_dose, where="clinic: plerixafor_dose").doses[0]
        infused = sorted({state for dose in (*(d for d, _ in self.regimen), self.plerixafor) if dose.over is not None
                          for state in [_state(dose, self.model)]})  # fmt: skip
        self.simulator = Simulator(self.model, OUTPUTS, infused)
        self.switch = self.model.resolve(SWITCH)
        self.factors = [self.model.factors.get(name, 1.0) for name in self.simulator.outputs]
        self.measured = measured_of(patient)

    @property
    def gcsf(self) -> tuple[Dose, float] | None:
        """The G-CSF that goes on and the hour of its last dose; a long-acting one does not go on."""
        found = [
            (dose, hours[-1])
            for dose, hours in self.regimen
            if hours and "G-CSF" in dose.drug.kind and "peg" not in f"{dose.drug.name} {dose.drug.kind}".casefold()
        ]
        return max(found, key=lambda each: each[1], default=None)

    @property
    def last_plerixafor(self) -> float | None:
        """The hour of the last dose of the drug that the clinic would add."""
        name = self.plerixafor.drug.name
        return max((hours[-1] for dose, hours in self.regimen if dose.drug.name == name and hours), default=None)

    def past(self, scores: Floats, step: int, grid: Floats) -> Past:
        """Everything up to the decision in virtual patients at `scores`; the curve is kept at `grid` (h, up to now)."""
        n, now = len(scores), self.patient.hour
        columns = self.pool.covariates(n, step)
        parameters = self.pool.parameters(scores, columns, step)
        measures = Measures(columns, n)
        start = self.simulator.begin(parameters, n, min(0.0, *grid[:1], *(m.hour for m in self.measured), now))
        events, ends = self._sessions(start)
        events += [
            each.events for dose, hours in self.regimen for each in given(dose, hours, self.model, measures, parameters)
        ]
        everything = Events.join(*events)
        begins = [session.hour for session in self.patient.sessions]
        seen = sorted({*grid.tolist(), *(each.hour for each in self.measured), *begins, *ends})
        times = np.array([time for time in seen if start.time <= time <= now])
        curves, last = self.simulator.advance(
            start, everything, now, times, closed=True, rtol=RTOL, atol=ATOL
        )  # fmt: skip
        place = {time: k for k, time in enumerate(times.tolist())}
        yields = [
            self._of(curves, COLLECTED)[:, place[end]] - self._of(curves, COLLECTED)[:, place[session.hour]]
            for session, end in zip(self.patient.sessions, ends, strict=True)
        ]
        return Past(
            predicted=self._predicted(curves, place, yields),
            snapshot=last,
            cd34=self._of(curves, CD34)[:, [place[time] for time in grid.tolist()]],
            collected=_so_far(self.patient, yields, n),
            events=everything.between(np.nextafter(now, np.inf), np.inf),
            measures=measures,
            parameters=parameters,
        )

    def future(self, past: Past, option: Option, every: float = 3.0) -> Future:
        """An option in the pool, sessions never stopped: where a patient stops is read from the yields afterwards."""
        n, now, hours = past.measures.n, self.patient.hour, self.patient.clinic.hours * option.volume
        doses = given(self.plerixafor, option.plerixafor, self.model, past.measures, past.parameters)
        if option.gcsf and self.gcsf is not None:
            doses += given(self.gcsf[0], option.gcsf, self.model, past.measures, past.parameters)
        who, switches, starts = np.arange(n), [], np.array(option.sessions)
        for begin in option.sessions:
            switches.append(Events.switch(who, begin, self.switch, 1.0))
            switches.append(Events.switch(who, begin + hours, self.switch, 0.0))
        until = max([now + 2 * DAY, *(starts + hours)])
        grid = np.arange(now, until, every)
        times = np.unique(np.concatenate([grid, starts, starts + hours, [until]]))
        curves, _ = self.simulator.advance(
            past.snapshot, Events.join(past.events, *(d.events for d in doses), *switches), until, times,
            closed=True, rtol=RTOL, atol=ATOL,
        )  # fmt: skip
        begins, ends = np.searchsorted(times, starts), np.searchsorted(times, starts + hours)
        collected, cd34, processed = (self._of(curves, output) for output in (COLLECTED, CD34, VOLUME))
        volume = processed[:, ends[0]] - processed[:, begins[0]] if starts.size else np.zeros(n)
        # rounding of an integral that stands still must not look like a yield
        yields = np.maximum(collected[:, ends] - collected[:, begins], 0.0)
        return Future(option, times, cd34, cd34[:, begins], yields, tuple(doses), volume)

    def _of(self, curves: Floats, output: int) -> Floats:
        return np.asarray(curves[:, output] / self.factors[output])

    def _flow(self, start: Any) -> Floats:
        """Litres an hour that the separator takes from each patient, read from a minute of running it."""
        on = Events.switch(np.arange(len(start)), start.time, self.switch, 1.0)
        span = 1 / 60
        curves, _ = self.simulator.advance(start, on, start.time + span, [start.time + span], closed=True)
        return self._of(curves, VOLUME)[:, 0] / span

    def _sessions(self, start: Any) -> tuple[list[Events], list[float]]:
        """Past sessions as events, and for each the hour by which it has ended in every virtual patient."""
        told = any(session.volume is not None for session in self.patient.sessions)
        flow = self._flow(start) if told else np.ones(len(start))
        who, events, ends = np.arange(len(start)), [], []
        for number, session in enumerate(self.patient.sessions, 1):
            hours = np.full(len(flow), session.hours or self.patient.clinic.hours)
            if session.volume is not None:
                hours = np.where(np.isfinite(flow), session.volume / flow, hours)
            following = self.patient.sessions[number : number + 1]
            room = (following[0].hour if following else self.patient.hour) - session.hour
            if session.volume is not None and hours.min() > 1.5 * room:
                what = f"{session.volume:g} L take about {hours.min():.1f} h, and {room:.1f} h later it was over"
                raise BadInput(what, where=f"session {number}", todo="check its start, volume and `now`")
            # a separator may run faster than the model's; what is known to be over is over
            hours = np.minimum(hours, room)
            events.append(Events.switch(who, session.hour, self.switch, 1.0))
            events.append(Events.switch(who, session.hour + hours, self.switch, 0.0))
            ends.append(float(session.hour + hours.max()))
        return events, ends

    def _predicted(self, curves: Floats, place: dict[float, int], yields: Sequence[Floats]) -> Floats:
        """What each measured value would be without error, shape (patient, measured)."""
        given_yields = iter([y for s, y in zip(self.patient.sessions, yields, strict=True) if s.collected is not None])
        columns = []
        for each in self.measured:
            if each.what == "yield":
                true = next(given_yields)
            else:
                true = self._of(curves, CD34 if each.unit == "cells/uL" else WBC)[:, place[each.hour]]
            columns.append(np.maximum(true, 0.0))
        return np.column_stack(columns) if columns else np.empty((len(curves), 0))


def measured_of(patient: Patient) -> tuple[Measured, ...]:
    """All that was measured, counts first, then yields, each with its error."""
    found = []
    for count in patient.counts:
        if count.cd34 is not None:
            found.append(measurement.cd34(count.cd34, count.hour, patient.clinic))
        if count.wbc is not None:
            found.append(measurement.wbc(count.wbc, count.hour, patient.clinic))
    for session in patient.sessions:
        if session.collected is not None:
            found.append(measurement.collected(session.collected, session.hour, patient.clinic))
    return tuple(found)


def _so_far(patient: Patient, yields: Sequence[Floats], n: int) -> Floats:
    total = np.zeros(n)
    for session, simulated in zip(patient.sessions, yields, strict=True):
        total = total + (simulated if session.collected is None else session.collected)
    return total


def _regimen(patient: Patient, population: str) -> list[tuple[Dose, tuple[float, ...]]]:
    """The doses given so far and their hours."""
    if patient.doses is None:
        if population in NO_GCSF:
            return []
        dose = Regimen.of(patient.clinic.gcsf_dose, where="clinic: gcsf_dose").doses[0]
        clock = clock_of(patient.clinic.gcsf, "clinic")
        return [(dose, tuple(clock + DAY * k for k in range(60) if clock + DAY * k <= patient.hour))]
    if not patient.doses:
        return []
    found = []
    for dose in Regimen.of(patient.doses, where="doses").doses:
        late = [hour for hour in dose.hours if hour > patient.hour + 1e-9]
        if late:
            what = f"'{dose}' would be given at {said(late[0])}, after the decision at {said(patient.hour)}"
            raise BadInput(what, where="doses", todo="doses are those given so far; the options give what follows")
        found.append((dose, dose.hours))
    return found


def _state(dose: Dose, model: Any) -> str:
    from unmoor.dosing.entry import entered_state

    return entered_state(f"{model.drugs[dose.drug.name]}.{dose.drug.route(dose.route).species}", model, str(dose))
