"""The arms as a dosing timeline: planned doses and sessions, and the share of patients who really had each."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from unmoor.reporting.content import Section, section
from unmoor.reporting.figures import ArmLanes, Lane, Mark, arm_colours, timeline
from unmoor.reporting.table import pretty

CAPTION = (
    "A full bar: everyone in the arm had it; a part of a bar: that share of patients, where a rule had stopped the "
    "others. Dotted lines: a rule looks at the patients."
)
PLACEBO = "placebo for {}"  # what the dose record calls it


def arms(study: Any, result: Any) -> Section:
    """The section with the timeline of every arm."""
    colours = arm_colours([arm.name for arm in study.arms])
    panels = [
        ArmLanes(arm.title, colours[arm.name], _lanes(study, result, arm), _decisions(study)) for arm in study.arms
    ]
    return section("arms", "The arms", [timeline("arms", "Who got what, and when.", CAPTION, panels, study.duration)])


def _lanes(study: Any, result: Any, arm: Any) -> tuple[Lane, ...]:
    given = result.doses[result.doses["arm"] == arm.name]
    # an arm that holds some patients only: those who got anything there
    patients = int(given["patient"].nunique()) if arm.among else result.n
    lanes = []
    for drug in arm.drugs:
        for name in (drug, PLACEBO.format(drug)):
            part = given[given["drug"] == name]
            if len(part):
                marks = tuple(Mark(time, _share(part, time, patients)) for time in arm.anchors[drug])
                lanes.append(Lane(name, amount(arm, drug) if name == drug else "", marks))
    for procedure in study.procedures:
        performed = result.sessions["performed"].sel(arm=arm.name).transpose("patient", "session").values
        shares = np.asarray(performed == 1).sum(axis=0) / max(patients, 1)
        marks = tuple(Mark(t, float(s), procedure.duration) for t, s in zip(procedure.starts, shares, strict=False))
        lanes.append(Lane(procedure.name.replace("_", " "), f"{procedure.duration:g} h", marks, procedure=True))
    return tuple(lanes)


def _share(doses: Any, time: float, patients: int) -> float:
    there = np.abs(np.asarray(doses["time"], dtype=float) - time) < 1e-6
    return float(doses.loc[there, "patient"].nunique()) / max(patients, 1)


def amount(arm: Any, drug: str) -> str:
    """How much of a drug a dose is, in the words of the arm's dose text: 0.24 mg/kg sc."""
    for text in arm.doses:
        found = re.match(rf"{re.escape(drug)}\s+([\d.]+\s+\S+\s+\S+)", text)
        if found:
            return pretty(found.group(1).rstrip(","))
    return ""


def _decisions(study: Any) -> tuple[float, ...]:
    """Hours at which a rule looks at patients: its own times, or those of what it follows or precedes."""
    hours: set[float] = set()
    for rule in study.rules:
        hours.update(rule.times)
        for procedure in study.procedures:
            if rule.name == procedure.name:
                after = procedure.duration if rule.kind == "after" else 0.0
                hours.update(start + after for start in procedure.starts)
    return tuple(sorted(hours))
