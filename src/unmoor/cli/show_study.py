"""`unmoor show study`: what a study asks, what its arms get, what is decided, what was published."""

from __future__ import annotations

from typing import Any

from unmoor.cli.console import heading, out, table


def show_study(name: str) -> None:
    """Print one study.

    Raises what `load_study` raises.
    """
    from unmoor.trial import load_study

    study = load_study(name)
    heading(f"{study.name}: {study.title}")
    out().print(study.question, soft_wrap=True)
    facts = [
        ("model", study.model.name),
        ("population", f"{study.population.name}: {study.population.title}"),
        ("duration", f"{_length(study.duration)}, curves every {_length(study.every)}: {', '.join(study.outputs)}"),
        *((each.name, f"{each.schedule}, {each.duration:g} h each") for each in study.procedures),
        ("visits", ", ".join(visit for visit, _ in study.visits)),
        *(("rule", rule.text) for rule in study.rules),
        *([("conduct", "; ".join(study.conduct.words))] if study.conduct is not None else []),
        *_escalation(study),
        ("published in", ", ".join(study.reference)),
    ]
    wide = max(13, *(len(term) for term, _ in facts))
    for term, text in facts:
        if text:
            out().print(f"  {term:<{wide}} {text}", soft_wrap=True)
    table(("arm", "", "doses"), [_arm(arm) for arm in study.arms])
    table(("endpoint", "type", "", ""), [_endpoint(each) for each in study.endpoints])
    if study.responses:
        table(("response", "criterion", "assessed", "read from"), [_response(study, each) for each in study.responses])
    units = {each.name: study.measure(each).unit for each in study.endpoints}
    published = [_published(each, units[each.endpoint]) for each in study.published]
    table(("published", "arm", "value", "n", "source", "evidence", "used"), published, right=(2, 3))
    for note in study.notes:
        out().print(f"  {note}", soft_wrap=True)


def _escalation(study: Any) -> list[tuple[str, str]]:
    plan = study.escalation
    if plan is None:
        return []
    return [
        ("dose levels", f"{', '.join(plan.levels)}; {plan.patients} patients in all"),
        ("dose-limiting", plan.toxicity_prose(study)),
        *((each.name, each.design.prose()) for each in plan.designs),
    ]


def _arm(arm: Any) -> tuple[str, str, str]:
    lines = [str(dose) for dose in arm.regimen.doses] if arm.regimen is not None else []
    if arm.placebo is not None:
        lines += [f"placebo for {dose}" for dose in arm.placebo.doses]
    return arm.name, arm.title, "\n".join(lines) or "no drug"


def _endpoint(endpoint: Any) -> tuple[str, str, str, str]:
    return endpoint.name, endpoint.type, endpoint.label, "primary" if endpoint.primary else ""


def _response(study: Any, plan: Any) -> tuple[str, str, str, str]:
    times = plan.times[study.arms[0].name]
    assessed = f"{len(times)} times, day {times[0] / 24 + 1:g} to {times[-1] / 24 + 1:g}"
    outputs = ", ".join(dict.fromkeys(reading.output for reading in plan.readings.values()))
    return plan.name, plan.criterion.version, assessed + (", confirmed" if plan.confirmed else ""), outputs


def _length(hours: float) -> str:
    """A length of time in days where it is whole days, else in hours."""
    return f"{hours / 24:g} days" if hours >= 48 and hours % 24 == 0 else f"{hours:g} h"


def _published(each: Any, unit: str) -> tuple[str, ...]:
    if each.negative is not None:
        value = "negative" if each.negative else "not negative"
    elif each.events is not None:
        value = f"{each.events} of {each.n}"
    else:
        value = f"{each.value:g}" + ("" if unit in ("", "1") else f" {unit}")
    session = f", session {each.session}" if each.session else ""
    return each.endpoint + session, each.arm, value, str(each.n or ""), each.source, each.evidence, each.use
