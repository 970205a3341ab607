"""NONMEM-style tables: the same events as the same doses in words, and NONMEM's rules for RATE, ADDL and F."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName, Unsupported
from unmoor.dosing.dose_parameters import DoseParameter
from unmoor.dosing.regimen import Regimen
from unmoor.dosing.table import read_event_table, read_table
from unmoor.model.expression import Call, Symbol

PAGE = (Path(__file__).parents[2] / "docs" / "dosing.md").read_text(encoding="utf-8")


def _row(**values):
    return {"TIME": 0.0, "AMT": 10.0, "CMT": "plerixafor.depot"} | values


def _read(model, lagging, *rows, **options):
    return read_table(pd.DataFrame(rows).fillna(0), model, drugs=[lagging], **options)


def _same(one, two):
    assert [one.names[k] for k in one.target] == [two.names[k] for k in two.target]
    for column in ("patient", "time", "action", "value", "start"):
        assert getattr(one, column) == pytest.approx(getattr(two, column)), column


def test_a_table_and_a_text_that_say_the_same_make_the_same_events(model, lagging):
    table = _read(
        model, lagging, _row(ADDL=3, II=12), _row(TIME=5, CMT="plerixafor_central", AMT=6, RATE=3), amount_unit="mg"
    )
    text = "plerixafor 10 mg sc twice daily for 4 doses\nplerixafor 6 mg iv over 2 h at 05:00"
    _same(table, Regimen.of(text, drugs=[lagging]).events(model).events)


def test_the_route_gives_share_and_lag_of_infusions_and_further_doses(model, lagging):
    events = _read(model, lagging, _row(AMT=100, RATE=20))
    assert events.time.tolist() == [0.25, 2.75]  # F 0.5: 50 nmol at 20 nmol/h
    assert events.value.tolist() == [20, -20]
    events = _read(model, lagging, _row(ADDL=2, II=24))
    assert events.time.tolist() == [0.25, 24.25, 48.25]
    assert events.start.tolist() == [0, 24, 48]
    assert events.value.tolist() == [5, 5, 5]


def test_patients_have_their_own_parameters(model, lagging):
    parameters = {"plerixafor_bioavailability": np.array([1.0, 0.2, 0.1]), "plerixafor_lag": np.array([0.0, 1.0, 2.0])}
    events = _read(model, lagging, _row(ID="c"), _row(ID="b"), ids=["a", "b", "c"], parameters=parameters)
    assert events.patient.tolist() == [1, 2]
    assert events.time.tolist() == [1, 2]
    assert events.value.tolist() == pytest.approx([2, 1])


def test_many_records_quickly_and_in_order(model, lagging):
    n = 2000
    table = pd.DataFrame(
        {"ID": np.repeat(np.arange(n), 2), "TIME": np.tile([0.0, 3.0], n), "AMT": 1.0, "ADDL": 4, "II": 2}
    )
    events = read_table(table.assign(CMT="plerixafor.central"), model, drugs=[lagging])
    assert len(events) == 10 * n
    assert events.of([n - 1]).time.tolist() == [0, 2, 3, 4, 5, 6, 7, 8, 9, 11]


def test_a_table_without_doses_is_no_treatment(model, lagging):
    assert len(_read(model, lagging, _row(AMT=0))) == 0


def test_patients_have_their_own_parameters_of_doses(model):
    doses = {DoseParameter("lag", "counter"): np.array([1.0, 2.0])}
    table = pd.DataFrame([_row(ID=1, CMT="counter"), _row(ID=2, CMT="counter")])
    found = read_event_table(table, model, doses=doses)
    assert found.timeline.time.tolist() == [1, 2]
    with pytest.raises(BadInput, match="'lag_counter' is in the table and in `parameters`"):
        read_event_table(table.assign(lag_counter=0.0), model, doses=doses)
    with pytest.raises(BadInput, match="'weight' is in the table and in `parameters`"):
        read_event_table(table.assign(weight=70.0), model, parameters={"weight": np.array([50.0, 60.0])})


def test_constants_start_with_the_first_record_and_change_with_those_that_differ(model):
    rows = [_row(TIME=-1.0, AMT=0), _row(TIME=1.0, AMT=0), _row(TIME=1.0, AMT=0), _row(TIME=5.0, AMT=0)]
    table = pd.DataFrame(rows).assign(weight=[50.0, 50.0, 60.0, 70.0])
    found = read_event_table(table, model)
    assert found.start["weight"].tolist() == [50]
    assert found.begin.tolist() == [-1]
    assert list(zip(found.timeline.time, found.timeline.value, strict=True)) == [(1.0, 60.0), (5.0, 70.0)]
    backward = read_event_table(table, model, covariates="nocb")
    assert backward.timeline.value.tolist() == [60.0, 70.0]
    assert backward.timeline.time[0] == 1.0  # together with the record before
    assert 1.0 < backward.timeline.time[1] < 1.0 + 1e-9
    events = read_table(table, model)
    assert list(zip(events.time, events.value, strict=True)) == [(-1.0, 50.0), (1.0, 60.0), (5.0, 70.0)]


def test_patients_without_records_keep_their_own_or_the_models_values(model):
    table = pd.DataFrame([_row(ID="b", AMT=0)]).assign(weight=50.0)
    found = read_event_table(table, model, ids=["a", "b"])
    assert found.start["weight"].tolist() == [70, 50]
    assert found.begin.tolist() == [0, 0]


def test_time_that_a_reset_sets_back_begins_another_course(model):
    rows = [_row(ID=1, TIME=30.0, EVID=1), _row(ID=1, TIME=2.0, EVID=4), _row(ID=2, TIME=5.0, EVID=1)]
    found = read_event_table(pd.DataFrame(rows), model)
    assert found.patient.tolist() == [0, 0, 1]
    assert sorted(found.timeline.course.tolist()) == [0, 1, 1, 2]
    with pytest.raises(Unsupported, match="row 2: TIME is 2: the reset sets time back"):
        read_table(pd.DataFrame(rows), model)


def test_what_is_asked_for(model):
    rows = [_row(AMT=0, EVID=0), _row(EVID=1), _row(AMT=0, EVID=2), _row(AMT=0, EVID=3, TIME=4.0)]
    assert read_event_table(pd.DataFrame(rows), model).observed.record.tolist() == [0, 2]


def test_infused_states(model):
    rows = [_row(RATE=1), _row(CMT="counter"), _row(CMT=3, SS=1, AMT=0, RATE=4), _row(CMT=4, SS=1, II=4)]
    assert read_event_table(pd.DataFrame(rows).fillna(0), model).infused == ("filgrastim_depot", "plerixafor_depot")


def test_a_steady_state_needs_the_engine(model):
    with pytest.raises(Unsupported, match=r"row 1: a steady state is found by the engine[\s\S]*integrate\("):
        read_table(pd.DataFrame([_row(SS=1, II=12)]), model)


def test_ways_to_carry_covariates_are_known_by_name(model):
    with pytest.raises(UnknownName, match="unknown way to carry covariates 'LOCF'"):
        read_event_table(pd.DataFrame([_row()]), model, covariates="LOCF")


def test_the_size_of_a_compartment_with_concentrations_cannot_change(model):
    size = Call("mul", (Symbol("counter"), Symbol("weight")))
    own = replace(model, species={"counter": ("amount", "counter")}, assignments={"amount": size})
    table = pd.DataFrame({"ID": [1, 1, 2], "TIME": [0.0, 1.0, 0.0], "weight": [50.0, 50.0, 60.0]})
    assert read_event_table(table, own).start["weight"].tolist() == [50, 60]
    with pytest.raises(Unsupported, match="'weight' changes in time and is the size of a compartment"):
        read_event_table(table.assign(weight=[50.0, 51.0, 60.0]), own)


def test_the_table_of_the_page(model, lagging):
    found = re.findall(r"^\| (\d+ \|.*) \|$", PAGE, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in found]
    columns = ["ID", "TIME", "EVID", "AMT", "CMT", "RATE", "ADDL", "II"]
    events = read_table(pd.DataFrame(rows, columns=columns), model, drugs=[lagging])
    assert len(rows) == 3
    assert [(int(p), float(t)) for p, t in zip(events.patient, events.time, strict=True)] == [
        (0, 0.25), (0, 24.25), (0, 48.25), (0, 72.25), (1, 0.0), (1, 0.25),
    ]  # fmt: skip
