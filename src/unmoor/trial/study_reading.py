"""From a study file to a Study: every name looked up, every time and unit checked, before anything is computed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from unmoor.base.document import Document, checked, read_document
from unmoor.base.errors import BadInput, Unsupported, unknown
from unmoor.base.files import find
from unmoor.base.sources import bibliography
from unmoor.dosing.regimen import Regimen
from unmoor.model import Model
from unmoor.population import Mixture, Population
from unmoor.trial.among import condition
from unmoor.trial.conduct.reading import conduct_plan
from unmoor.trial.measure import endpoint_module
from unmoor.trial.moments import days_at, duration, moment, quantity
from unmoor.trial.response_plan import ResponsePlan, response_plan
from unmoor.trial.rules import Rule, Vocabulary, parse_rule
from unmoor.trial.study import Arm, Endpoint, Procedure, Study
from unmoor.trial.study_file import (
    WHOLE,
    ArmPart,
    EndpointPart,
    ProcedurePart,
    PublishedPart,
    ResponsePart,
    StudyFile,
)
from unmoor.trial.study_people import model_and_population

#: kinds of endpoint whose statistic is a share of patients
SHARES = ("proportion", "incidence")


def load_study(name_or_path: str | os.PathLike[str]) -> Study:
    """The study of the library with this name, or of this file, checked against its model and population.

    Raises UnknownName with the nearest known name, or BadInput, both with file and line: for malformed YAML, a key,
    drug, output, endpoint or arm nobody knows, a negative dose, a missing unit, a time outside the study, a covariate
    out of range. Nothing is computed before all is well.
    """
    path = find("studies", name_or_path, ".yaml")
    document = read_document(path)
    written = checked(document, StudyFile)
    model, population = model_and_population(written, document)
    length = duration(written.duration, where=document.where("duration"))
    outputs = {
        name: _output(model, name, document.where("sampling", "outputs", k))[0]
        for k, name in enumerate(written.sampling.outputs)
    }
    procedures = _procedures(written.procedures, model, length, document)
    arms = tuple(_arm(k, part, model, population, procedures, length, document) for k, part in enumerate(written.arms))
    _unique([arm.name for arm in arms], "arm", ("arms",), document)
    _unique([part.name for part in written.endpoints], "endpoint", ("endpoints",), document)
    _known_sources(written, document)
    every = duration(written.sampling.every, where=document.where("sampling", "every"))
    if every > length:
        todo = f"the study lasts {length:g} h"
        raise BadInput(f"sampling every {every:g} h", where=document.where("sampling", "every"), todo=todo)
    study = Study(
        name=path.stem,
        title=written.title,
        question=written.question,
        reference=written.reference,
        model=model,
        population=population,
        seed=written.seed,
        duration=length,
        every=every,
        outputs=outputs,
        visits=tuple(_visit(k, text, arms, length, document) for k, text in enumerate(written.visits)),
        arms=arms,
        procedures=procedures,
        rules=tuple(_rules(written.rules, model, arms, procedures, length, document)),
        responses=tuple(
            _response(name, part, model, outputs, arms, length, document) for name, part in written.responses.items()
        ),
        endpoints=tuple(_endpoint(k, part, document) for k, part in enumerate(written.endpoints)),
        published=written.published,
        notes=written.notes,
        file=str(path),
        digest=hashlib.sha256(Path(path).read_bytes()).hexdigest(),
    )
    measures = [study.measure(endpoint) for endpoint in study.endpoints]
    for endpoint, measure in zip(study.endpoints, measures, strict=True):
        if endpoint.compare is not None:
            control = study.arm(endpoint.compare, endpoint.where)
            if any(arm.among != control.among for arm in study.arms):
                todo = "leave out 'compare': arms are compared within patients, and these arms hold different ones"
                raise BadInput(f"'{endpoint.name}' cannot be compared between arms", where=endpoint.where, todo=todo)
            if measure.kind != "proportion" and (measure.kind != "number" or measure.statistic != "mean"):
                what = f"'{endpoint.name}' cannot be compared between arms as it is"
                todo = "compare a proportion, or an endpoint with 'statistic: mean'"
                raise BadInput(what, where=endpoint.where, todo=todo)
    if written.escalation is not None:
        from unmoor.trial.escalation.reading import escalation_plan  # designs are imported for studies that have them

        study = replace(study, escalation=escalation_plan(written.escalation, study, document))
    if written.conduct is not None:
        study = replace(study, conduct=conduct_plan(written.conduct, study, document))
    if any(arm.name == WHOLE for arm in arms):
        where, todo = document.where("arms"), "give it another name"
        raise BadInput(f"an arm cannot be called '{WHOLE}': it is a whole dose-finding trial", where=where, todo=todo)
    published = tuple(
        _published(part, study, document.where("published", k)) for k, part in enumerate(written.published)
    )
    keys = [(part.endpoint, part.arm, part.session) for part in published]
    for k, key in enumerate(keys):
        if key in keys[:k]:
            todo = "a second publication needs an endpoint of its own, with another name"
            where = document.where("published", k)
            raise BadInput(f"a published value of '{key[0]}' in arm '{key[1]}' stands twice", where=where, todo=todo)
    moments = {time for measure in measures for time in measure.moments}
    moments |= {time for plan in study.responses for time in plan.moments}
    moments |= set() if study.escalation is None else set(study.escalation.moments)
    return replace(study, published=published, moments=tuple(sorted(moments)))


def _output(model: Model, name: str, where: str) -> tuple[str, str]:
    """Id and declared unit of a quantity that curves can show.

    Raises UnknownName for a name the model lacks, BadInput for a constant.
    """
    found = model.resolve(name, where=where)
    if found not in model.states and found not in model.assignments:
        todo = f"outputs of the model: {', '.join(model.outputs)}"
        raise BadInput(f"'{name}' does not change in time", where=where, todo=todo)
    return found, model.units.get(found, "")


def _procedures(
    parts: dict[str, ProcedurePart], model: Model, length: float, document: Document
) -> tuple[Procedure, ...]:
    found: list[Procedure] = []
    for name, part in parts.items():
        place: tuple[str, ...] = ("procedures", name)
        if found:
            raise Unsupported("a second procedure", where=document.where(*place), todo="a study has one procedure here")
        where = document.where(*place, "schedule")
        starts, lasting = (
            days_at(part.schedule, where=where),
            duration(part.duration, where=document.where(*place, "duration")),
        )
        for start, following in zip(starts, [*starts[1:], length + 1e-9], strict=True):
            if start + lasting > following:
                what = f"{name} from {start:g} h for {lasting:g} h ends after {following:g} h"
                todo = "end it before the next begins and before the study ends"
                raise BadInput(what, where=where, todo=todo)
        switch_where = document.where(*place, "switch")
        switch = model.resolve(part.switch, where=switch_where)
        if switch not in model.switches:
            raise unknown("switch of the model", part.switch, model.switches, where=switch_where)
        count = _output(model, part.count, document.where(*place, "count"))[0]
        collected = _output(model, part.collected, document.where(*place, "collected"))[0]
        found.append(Procedure(name, part.schedule, starts, lasting, switch, count, collected))
    return tuple(found)


def _arm(
    k: int,
    part: ArmPart,
    model: Model,
    population: Population | Mixture,
    procedures: Sequence[Procedure],
    length: float,
    document: Document,
) -> Arm:
    regimen = _regimen("doses", part.doses, k, model, length, document)
    placebo = _regimen("placebo", part.placebo, k, model, length, document)
    anchors: dict[str, tuple[float, ...]] = {}
    for dose in (*regimen.doses, *placebo.doses):
        anchors[dose.drug.name] = tuple(sorted((*anchors.get(dose.drug.name, ()), *dose.hours)))
    anchors |= {procedure.name: procedure.starts for procedure in procedures}
    among = None
    if part.among is not None:
        among = condition(part.among, population, document.where("arms", k, "among"))
    return Arm(part.name, part.title, part.n, regimen, placebo, (*part.doses, *part.placebo), anchors, among)


def _regimen(key: str, texts: Sequence[str], k: int, model: Model, length: float, document: Document) -> Regimen:
    regimen = Regimen()
    for line, text in enumerate(texts):
        where = document.where("arms", k, key, line)
        one = Regimen.of(text, where=where)
        for dose in one.doses:
            if dose.drug.name not in model.drugs:
                raise unknown(f"drug of model '{model.name}'", dose.drug.name, model.drugs, where=where)
            if dose.hours[-1] > length:
                what = f"'{text}' gives a dose at {dose.hours[-1]:g} h, outside the study of {length:g} h"
                raise BadInput(what, where=where, todo="end the doses earlier or the study later")
        regimen = regimen + one
    return regimen


def _visit(k: int, text: str, arms: Sequence[Arm], length: float, document: Document) -> tuple[str, float]:
    where = document.where("visits", k)
    time = moment(text, arms[0].anchors, where=where)
    if not 0 <= time <= length:
        what = f"visit '{text}' is at {time:g} h, outside the study of {length:g} h"
        raise BadInput(what, where=where, todo="move the visit or lengthen the study")
    return text, time


def _rules(
    texts: Sequence[Any],
    model: Model,
    arms: Sequence[Arm],
    procedures: Sequence[Procedure],
    length: float,
    document: Document,
) -> list[Rule]:
    drugs = tuple(dict.fromkeys(drug for arm in arms for drug in arm.drugs))
    words = Vocabulary(
        drugs=drugs,
        procedures=[procedure.name for procedure in procedures],
        output=lambda name, where: _output(model, name, where),
        session_units={
            word: unit
            for procedure in procedures
            for word, unit in (
                ("sessions", "1"),
                ("yield", model.units.get(procedure.collected, "")),
                ("pre_count", model.units.get(procedure.count, "")),
            )
        },
    )
    found = []
    for k, written in enumerate(texts):
        where = document.where("rules", k)
        if isinstance(written, dict) and len(written) == 1:
            # an unquoted "after each apheresis: stop when ..." is a mapping of one key to YAML
            written = ": ".join(str(part) for part in next(iter(written.items())))
        if not isinstance(written, str):
            raise BadInput("a rule is one line of text", where=where, todo="'after each apheresis: stop when ...'")
        rule = parse_rule(written, words, where=where)
        if any(time >= length for time in rule.times):
            raise BadInput(f"rule '{written}' decides outside the study", where=where, todo="move it into the study")
        if rule.action == "give":
            for dose in Regimen.of(rule.dose, where=where).doses:
                if dose.drug.name not in model.drugs:
                    raise unknown(f"drug of model '{model.name}'", dose.drug.name, model.drugs, where=where)
        found.append(rule)
    return found


def _response(
    name: str,
    part: ResponsePart,
    model: Model,
    outputs: Mapping[str, str],
    arms: Sequence[Arm],
    length: float,
    document: Document,
) -> ResponsePlan:
    for argument, written in part.readings.items():
        # a name that the model lacks is told apart from one whose curve is not kept
        output = written if isinstance(written, str) else written.output
        _output(model, output, document.where("responses", name, "readings", argument))
    units = {kept: model.units.get(found, "") for kept, found in outputs.items()}
    anchors = {arm.name: arm.anchors for arm in arms}
    return response_plan(name, part, units, anchors, length, document.where("responses", name))


def _endpoint(k: int, part: EndpointPart, document: Document) -> Endpoint:
    place = ("endpoints", k)
    module = endpoint_module(part.type, where=document.where(*place, "type"))
    own = {
        key: value for key, value in document.content["endpoints"][k].items() if key not in EndpointPart.model_fields
    }
    lines = {line[2:]: number for line, number in document.lines.items() if line[:2] == place}
    options = checked(Document(document.file, own, lines), module.Options)
    where = document.where(*place)
    return Endpoint(part.name, part.type, part.label, part.primary, part.compare, options, where)


def _published(part: PublishedPart, study: Study, where: str) -> PublishedPart:
    """The published value with its numbers in the unit of its endpoint."""
    measure = study.measure(study.endpoint(part.endpoint, where))
    study.size_of(part.arm, where)
    if part.events is not None and measure.kind not in SHARES:
        what = {"time": "median time", "association": "rank correlation"}.get(measure.kind, measure.statistic)
        todo = "give its 'value'"
        raise BadInput(f"'{part.endpoint}' is a {what}, not a count of patients", where=where, todo=todo)
    if part.negative is not None and measure.negative_at is None:
        todo = "only an association with 'negative_at' has it"
        raise BadInput(f"'negative' does not fit endpoint '{part.endpoint}'", where=where, todo=todo)
    if part.negative is not None and part.use == "calibration":
        raise BadInput("'negative' is no number to fit to", where=where, todo="write 'use: predicted'")
    if (part.session is None) == (measure.kind == "incidence"):
        todo = "name the session of a time to target, and of no other endpoint"
        raise BadInput(f"'session' does not fit endpoint '{part.endpoint}'", where=where, todo=todo)
    if part.session is not None:
        study.procedure(where).count_of(part.session, where)
    if (part.sd is not None or part.sem is not None) and (measure.kind != "number" or measure.statistic != "mean"):
        todo = "a mean has them; give 'lower' and 'upper', or say it in the note"
        raise BadInput(f"'sd' and 'sem' do not fit endpoint '{part.endpoint}'", where=where, todo=todo)
    given = {name: getattr(part, name) for name in ("value", "lower", "upper", "sd", "sem")}
    numbers = {name: quantity(value, measure.unit, where=where) for name, value in given.items() if value is not None}
    if measure.kind in SHARES and not 0 <= numbers.get("value", 0.0) <= 1:
        todo = "write it as a fraction, such as 0.593, or with '%'"
        raise BadInput(f"a share of {numbers['value']:g} is not between 0 and 1", where=where, todo=todo)
    if measure.kind == "association" and any(not -1 <= each <= 1 for each in numbers.values()):
        todo = "give rho, or 'negative: true' for an association that was published as negative with its P value"
        raise BadInput("a rank correlation lies between -1 and 1", where=where, todo=todo)
    if measure.kind == "time" and any(each < 0 for each in numbers.values()):
        raise BadInput("a median time below zero", where=where, todo="times are counted from the start of each patient")
    return part.model_copy(update=numbers)


def _known_sources(written: StudyFile, document: Document) -> None:
    """Every source key stands in the bibliography of the library."""
    known = bibliography()
    for k, key in enumerate(written.reference):
        if key not in known:
            raise unknown("source", key, known, where=document.where("reference", k))
    for k, part in enumerate(written.published):
        if part.source not in known:
            raise unknown("source", part.source, known, where=document.where("published", k, "source"))


def _unique(names: Sequence[str], kind: str, place: tuple[str, ...], document: Document) -> None:
    for k, name in enumerate(names):
        if name in names[:k]:
            where = document.where(*place, k, "name")
            raise BadInput(f"{kind} '{name}' stands twice", where=where, todo=f"give each {kind} its own name")
