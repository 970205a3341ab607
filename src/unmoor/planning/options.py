"""What a clinic can do next: start now or later, add plerixafor tonight, process more blood, wait, stop."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unmoor.planning.clock import clock_of, said
from unmoor.planning.patient import Patient

#: a session that would begin later than this hour of the day waits for the next morning
LAST_START = 14.0
DAY = 24.0


@dataclass(frozen=True)
class Option:
    """One course of action: starts of the sessions, hours of plerixafor and G-CSF, and the volume as a multiple.

    Sessions follow one another daily until the highest target is reached or no more are allowed.
    """

    name: str
    title: str
    sessions: tuple[float, ...] = ()
    plerixafor: tuple[float, ...] = ()
    gcsf: tuple[float, ...] = ()
    volume: float = 1.0

    @property
    def when(self) -> str:
        """Start of the first session in words."""
        return said(self.sessions[0]) if self.sessions else ""


def options_of(patient: Patient, *, last_gcsf: float | None, last_plerixafor: float | None) -> tuple[Option, ...]:
    """The options at the patient's `now`; `last_gcsf` is when G-CSF was given last (h), None where none continues.

    A day has one session and an evening one dose of plerixafor.
    """
    clinic, now = patient.clinic, patient.hour
    allowed = clinic.most_sessions - len(patient.sessions)
    stop = Option("stop", "Stop: no further session")
    if allowed < 1:
        return (stop,)
    morning, evening = clock_of(clinic.apheresis, "clinic"), clock_of(clinic.plerixafor, "clinic")
    today = DAY * math.floor(now / DAY)
    collected_today = any(each.hour >= today for each in patient.sessions)
    tonight = max(now, today + evening)
    if last_plerixafor is not None and last_plerixafor > tonight - 12:
        tonight = today + DAY + evening
    tomorrow = today + DAY + morning

    def course(name: str, title: str, first: float, *, plerixafor: float | None = None, volume: float = 1.0) -> Option:
        starts = (first, *(DAY * math.floor(first / DAY) + DAY * k + morning for k in range(1, allowed)))
        evenings: tuple[float, ...] = ()
        if plerixafor is not None:
            each = DAY * math.floor(plerixafor / DAY) + evening
            nights = [plerixafor, *(each + DAY * k for k in range(1, allowed + 1))]
            evenings = tuple(hour for hour in nights if hour < starts[-1])
        gcsf = _mornings(patient, last_gcsf, starts[-1])
        return Option(name, title, starts, evenings, gcsf, volume)

    found = []
    can_today = not collected_today and now - today <= LAST_START
    drug = "G-CSF" if last_gcsf is not None else "no drug"
    if can_today:
        start = max(now, today + morning)
        found.append(course("today", f"Start apheresis today at {said(start)[-5:]}", start))
        found.append(
            course("today-plerixafor", "Start today, plerixafor from tonight on", start, plerixafor=tonight)
        )  # fmt: skip
    found += [
        course("tomorrow", f"{drug}, apheresis from tomorrow morning", tomorrow),
        course("tomorrow-volume", f"The same, {clinic.larger:g} times the volume", tomorrow, volume=clinic.larger),
        course("wait", f"{drug}, apheresis a day later", tomorrow + DAY),
        course("plerixafor", "Plerixafor tonight, apheresis from tomorrow morning", tomorrow, plerixafor=tonight),
        course(
            "plerixafor-volume", f"The same, {clinic.larger:g} times the volume", tomorrow,
            plerixafor=tonight, volume=clinic.larger,
        ),
        course(
            "wait-plerixafor", "Plerixafor tomorrow night, apheresis after it", tomorrow + DAY, plerixafor=tonight + DAY
        ),
    ]  # fmt: skip
    if last_gcsf is None:  # waiting with nothing in the blood is not an option
        found = [each for each in found if each.plerixafor]
    return (*found, stop)


def _mornings(patient: Patient, last_gcsf: float | None, until: float) -> tuple[float, ...]:
    """Hours of the G-CSF still to come, up to the last session's morning."""
    if last_gcsf is None:
        return ()
    clock, now = clock_of(patient.clinic.gcsf, "clinic"), patient.hour
    first = DAY * math.floor(now / DAY) + clock
    hours = [first + DAY * k for k in range(int((until - first) // DAY) + 2)]
    return tuple(hour for hour in hours if now <= hour <= until and hour > last_gcsf + 12)
