"""One chunk of patients through every arm of a study: from their parameters to their part of the Result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unmoor.base.result import Result
from unmoor.dosing.events import Events
from unmoor.dosing.record import COLUMNS as RECORD
from unmoor.dosing.regimen import Regimen
from unmoor.engine import Simulator, Status
from unmoor.population import Patients
from unmoor.trial.among import members
from unmoor.trial.furthest import cause, furthest, furthest_states
from unmoor.trial.plan import Occasion, People, doses, infused, plan_of
from unmoor.trial.protocol import COLLECTED, PRE_COUNT, Column, Course, Protocol, run
from unmoor.trial.rules import Rule
from unmoor.trial.study import Arm, Study

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]

SESSION_LABELS = {
    "start": "start of the session",
    "performed": "whether the session took place",
    "pre_count": "count just before the session",
    "yield": "collected in the session",
    "cumulative": "collected in all sessions so far",
}


@dataclass(frozen=True)
class Setup:
    """A study compiled once, for all its chunks."""

    study: Study
    simulator: Simulator
    columns: dict[str, Column]

    @classmethod
    def of(cls, study: Study, patients: Patients) -> Setup:
        """Compile the model for the outputs that curves, sessions and rules need, and the infusions of all arms."""
        model, first = study.model, _people(study, patients[0])
        wanted = {**study.outputs, **{q: model.resolve(q) for rule in study.rules for q in rule.quantities}}
        for procedure in study.procedures:
            wanted |= {PRE_COUNT: procedure.count, COLLECTED: procedure.collected}
        outputs = tuple(dict.fromkeys(wanted.values()))
        entered = {
            state for arm in study.arms for state in infused(plan_of(arm, study.procedures, model, first).occasions)
        }
        simulator = Simulator(model, outputs, infused=sorted(entered | _infused_by_rules(study, first)))
        columns = {name: (outputs.index(found), model.factors.get(found, 1.0)) for name, found in wanted.items()}
        return cls(study, simulator, columns)


def simulate_chunk(
    setup: Setup, patients: Patients, *, threads: int | None, tick: Callable[[], None], rtol: float, atol: float
) -> Result:
    """All arms of the study in these patients; `tick` is called after each arm.

    Who is not among an arm's patients has NaN there, no dose, and status 0: nothing failed.
    """
    import pandas as pd
    import xarray as xr

    study, people = setup.study, _people(setup.study, patients)
    courses: list[Course] = []
    for arm in study.arms:
        protocol = _protocol(setup, people)
        plan = plan_of(arm, study.procedures, study.model, people)
        engine = {"threads": threads, "rtol": rtol, "atol": atol}
        courses.append(run(setup.simulator, people.parameters, len(patients), plan, protocol, **engine))
        tick()
    inside = [members(arm.among, patients.covariates) for arm in study.arms]
    missing = [~mine | (course.snapshot.status != 0) for mine, course in zip(inside, courses, strict=True)]
    axes = {"arm": [arm.name for arm in study.arms], "patient": patients.covariates.index.to_numpy()}
    status = np.stack([np.where(mine, course.snapshot.status, 0) for mine, course in zip(inside, courses, strict=True)])
    trios = list(zip(study.arms, courses, inside, strict=True))
    return Result(
        curves=_curves(setup, courses, missing, axes),
        sessions=_sessions(setup, courses, missing, axes),
        doses=pd.concat([_doses(*trio, axes["patient"]) for trio in trios], ignore_index=True),
        patients=_table(patients, trios),
        status=xr.DataArray(status, dims=("arm", "patient"), coords=axes, name="status"),
        failed=pd.concat([_failed(*trio, axes["patient"], setup) for trio in trios], ignore_index=True),
        provenance={},
    )


def _people(study: Study, patients: Patients) -> People:
    return People(patients.covariates, patients.units, patients.internal(study.model))


def _protocol(setup: Setup, people: People) -> Protocol:
    study = setup.study

    def dose(rule: Rule, time: float) -> list[Occasion]:
        return doses(Regimen.of(rule.dose, where=rule.where), study.model, people, shift=time)

    sessions = len(study.procedures[0].starts) if study.procedures else 0
    return Protocol(study.rules, study.times, study.duration, setup.columns, sessions, dose)


def _infused_by_rules(study: Study, people: People) -> set[str]:
    plans = [
        doses(Regimen.of(rule.dose, where=rule.where), study.model, people)
        for rule in study.rules
        if rule.action == "give"
    ]
    return {state for plan in plans for state in infused(plan)}


def _curves(setup: Setup, courses: list[Course], missing: list[Mask], axes: dict[str, Any]) -> Any:
    import xarray as xr

    study = setup.study
    variables = {}
    for name, found in study.outputs.items():
        place, factor = setup.columns[name]
        pairs = zip(courses, missing, strict=True)
        values = np.stack([_missing_as_nan(course.curves[:, place, :] / factor, gone) for course, gone in pairs])
        # single precision holds 7 digits, the integration about 6; it halves memory and files
        label = study.model.rows[found].note if found in study.model.rows else ""
        attributes = {"units": study.model.units.get(found, ""), "long_name": label or name}
        variables[name] = (("arm", "patient", "time"), values.astype(np.float32), attributes)
    time = ("time", study.times, {"units": "h", "long_name": "hours from day 1 00:00"})
    return xr.Dataset(variables, coords={**axes, "time": time})


def _missing_as_nan(values: np.ndarray, gone: Mask) -> np.ndarray:
    """A patient that failed late has curves up to there; half a curve would bend every summary, so none is kept."""
    values[gone] = np.nan
    return values


def _sessions(setup: Setup, courses: list[Course], missing: list[Mask], axes: dict[str, Any]) -> Any:
    import xarray as xr

    study = setup.study
    procedure = study.procedures[0] if study.procedures else None
    collected = study.unit(procedure.collected) if procedure else ""
    units = {
        "start": "h",
        "performed": "1",
        "pre_count": study.unit(procedure.count) if procedure else "",
        "yield": collected,
        "cumulative": collected,
    }
    per_arm = [course.sessions.variables(gone) for course, gone in zip(courses, missing, strict=True)]
    variables = {
        name: (
            ("arm", "patient", "session"),
            np.stack([values[name] for values in per_arm]),
            {"units": units[name], "long_name": label},
        )
        for name, label in SESSION_LABELS.items()
    }
    number = np.arange(1, per_arm[0]["start"].shape[1] + 1)
    session = ("session", number, {"units": "1", "long_name": procedure.name if procedure else "session"})
    return xr.Dataset(variables, coords={**axes, "session": session})


def _doses(arm: Arm, course: Course, inside: Mask, index: np.ndarray) -> pd.DataFrame:
    """The doses really given, in order of patient and time; `dose` counts each drug's doses from 1."""
    import pandas as pd

    given = [(o.records, mask & inside) for o, mask in course.given if o.records is not None]
    if not given:
        return pd.DataFrame({name: [] for name in ("arm", *RECORD)}).astype({"patient": index.dtype})
    # the records are categorical with categories of their own; as plain columns they join much faster
    table = pd.DataFrame(
        {name: np.concatenate([rows[name].to_numpy()[mask] for rows, mask in given]) for name in RECORD}
    )
    order = np.lexsort((table["time"].to_numpy(), table["patient"].to_numpy()))
    table = table.iloc[order].reset_index(drop=True)
    table["dose"] = table.groupby(["patient", "drug"], sort=False).cumcount() + 1
    table.insert(0, "arm", arm.name)
    return table


def _table(patients: Patients, trios: list[tuple[Arm, Course, Mask]]) -> pd.DataFrame:
    """Covariates, then the other parameters; and, in arms where it happened, the hour of withdrawal."""
    own = [name for name in patients.parameters.columns if name not in patients.covariates.columns]
    table = patients.covariates.join(patients.parameters[own]).rename_axis("patient")
    for arm, course, inside in trios:
        withdrawn = np.where(inside, course.withdrawn, np.nan)
        if not np.isnan(withdrawn).all():
            table[f"withdrawn ({arm.name})"] = withdrawn
    return table


def _failed(arm: Arm, course: Course, inside: Mask, index: np.ndarray, setup: Setup) -> pd.DataFrame:
    """One row a patient that could not be integrated: what happened, when (h), the state furthest from that of a
    typical patient so treated and the parameter furthest from the model's typical value, each with how many times that
    it is, and what this says of the cause."""
    import pandas as pd

    snapshot, states = course.snapshot, setup.simulator.layout.states
    rows = np.flatnonzero((snapshot.status != 0) & inside)
    reason = [Status(int(code)).sentence for code in snapshot.status[rows]]
    parameter, ratio = furthest(setup.simulator.model, setup.simulator.layout.given, snapshot.parameters[rows])
    state = [states[int(k)] if 0 <= int(k) < len(states) else "" for k in snapshot.worst[rows]]
    times = np.full(rows.size, np.nan)
    if rows.size and snapshot.fallen is not None:
        given = Events.join(each.events.drop(~mask, after=-np.inf) for each, mask in course.given).of(rows)
        found = furthest_states(setup.simulator, given, snapshot.fallen[rows], snapshot.failed_at[rows])
        state = [name or worst for name, worst in zip(found[0], state, strict=True)]
        times = found[1]
    causes = [cause(*each) for each in zip(reason, state, times, parameter, ratio, strict=True)]
    return pd.DataFrame(
        {
            "arm": [arm.name] * rows.size,
            "patient": index[rows],
            "status": snapshot.status[rows],
            "reason": reason,
            "time": snapshot.failed_at[rows],
            "state": state,
            "state_times_typical": times,
            "parameter": parameter,
            "times_typical": ratio,
            "cause": causes,
        }
    ).astype({"arm": str, "reason": str, "state": str, "parameter": str, "cause": str})
