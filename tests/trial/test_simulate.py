"""The verb: chunks, threads, interruptions and full disks change nothing in what is finished."""

import resource
import signal
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from unmoor.base.errors import BadInput
from unmoor.base.result import Result
from unmoor.trial import CannotWrite, Interrupted, load_study, simulate

SPEEDS = np.linspace(0.2, 2.0, 7)


def same(one: Result, two: Result) -> None:
    xr.testing.assert_identical(one.curves, two.curves)
    xr.testing.assert_identical(one.sessions, two.sessions)
    xr.testing.assert_identical(one.status, two.status)
    pd.testing.assert_frame_equal(one.doses, two.doses)
    pd.testing.assert_frame_equal(one.patients, two.patients)
    pd.testing.assert_frame_equal(one.failed, two.failed)


@pytest.mark.parametrize(("chunk", "threads"), [(7, 1), (13, 2), (40, 2)])
def test_chunks_and_threads_change_nothing(dipersio, dipersio_patients, dipersio_result, chunk, threads):
    same(simulate(dipersio, dipersio_patients, chunk=chunk, threads=threads), dipersio_result)


def test_a_patient_is_the_same_alone_or_among_others(dipersio, dipersio_patients, dipersio_result):
    alone = simulate(dipersio, dipersio_patients[[17, 5]])
    for patient in (17, 5):
        xr.testing.assert_identical(alone.curves.sel(patient=patient), dipersio_result.curves.sel(patient=patient))


def test_what_a_result_holds(dipersio, dipersio_patients, dipersio_result):
    result = dipersio_result
    assert result.curves["cd34"].dims == ("arm", "patient", "time")
    assert result.curves["cd34"].dtype == np.float32
    assert result.curves["cd34"].attrs["units"] == "cells/uL"
    assert result.sessions["yield"].attrs["units"] == "10^6 cells/kg"
    np.testing.assert_array_equal(result.curves["time"], dipersio.times)
    assert result.patients.index.tolist() == dipersio_patients.covariates.index.tolist()
    assert {"weight", "age"} <= set(result.patients.columns)
    assert {"arm", "patient", "drug", "time", "amount", "unit", "nmol"} <= set(result.doses.columns)
    facts = result.provenance
    assert (facts["study"], facts["seed"], facts["patients"], facts["finished"]) == ("dipersio-2009-nhl", 3, 40, 40)
    assert result.complete


def test_arms_share_patients_until_treatment_parts_them(dipersio_result):
    cd34 = dipersio_result.curves["cd34"]
    before = cd34.sel(time=slice(0, 80))  # up to the last event that both arms have
    np.testing.assert_array_equal(before.sel(arm="plerixafor"), before.sel(arm="placebo"))
    morning = cd34.sel(time=105.0)
    assert (morning.sel(arm="plerixafor") > morning.sel(arm="placebo")).all()


def test_doses_really_given_follow_the_rules(dipersio, dipersio_result):
    """G-CSF every morning until the last session, plerixafor on the evening before each session that took place."""
    sessions = dipersio_result.sessions
    for arm in dipersio_result.arms:
        given = dipersio_result.doses[dipersio_result.doses["arm"] == arm]
        for patient in sessions["patient"].values[:10]:
            mine = given[given["patient"] == patient]
            count = int(sessions["performed"].sel(arm=arm, patient=patient).sum())
            drug = "plerixafor" if arm == "plerixafor" else "placebo for plerixafor"
            assert mine[mine["drug"] == drug]["time"].tolist() == [94.0 + 24 * k for k in range(count)]
            assert mine[mine["drug"] == "filgrastim"]["time"].tolist() == [8.0 + 24 * k for k in range(4 + count)]
    weight = dipersio_result.patients["weight"]
    doses = dipersio_result.doses.query("drug == 'plerixafor'")
    np.testing.assert_allclose(doses["amount"], 0.24 * weight.loc[doses["patient"]].to_numpy(), rtol=1e-12)
    assert 1 <= sessions["performed"].sum("session").values.max() <= 4


def test_the_bag_is_full_when_collection_stops_and_not_before(dipersio_result):
    sessions = dipersio_result.sessions
    performed, total = sessions["performed"].values, sessions["cumulative"].values
    for number in (1, 2, 3):
        assert (total[:, :, number - 1][performed[:, :, number]] < 5.0).all()
    stopped = performed.sum(axis=2) < 4
    assert (total[:, :, 3][stopped] >= 5.0).all()
    np.testing.assert_allclose(np.nansum(sessions["yield"].values, axis=2), total[:, :, 3], rtol=1e-9)


def test_progress_counts_patients_of_all_arms(bag, some_people):
    heard = []
    simulate(bag, some_people(bag, SPEEDS), chunk=3, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 14), (3, 14), (6, 14), (9, 14), (12, 14), (13, 14), (14, 14)]


def test_what_is_written_is_what_is_returned(bag, some_people, tmp_path):
    people = some_people(bag, SPEEDS, breaking=[0.0] * 6 + [0.01])
    result = simulate(bag, people, chunk=3, to=tmp_path / "run")
    loaded = Result.load(tmp_path / "run")
    same(loaded, result)
    assert loaded.provenance == result.provenance
    assert len(list((tmp_path / "run" / "curves").iterdir())) == 3
    assert len(loaded.failed) == 2


def stop_after(chunks):
    """A progress callback that presses Ctrl-C in the middle of a chunk."""

    def progress(done, total):
        if done == chunks * 6 + 3:  # three patients a chunk, two arms: the first arm of the next chunk is done
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_leaves_finished_chunks_and_the_same_call_continues(bag, some_people, tmp_path):
    people, run = some_people(bag, SPEEDS), tmp_path / "run"
    whole = simulate(bag, people)
    with pytest.raises(Interrupted, match="3 of 7 patients are finished; those written are in") as caught:
        simulate(bag, people, chunk=3, to=run, progress=stop_after(1))
    assert caught.value.result.n == 3
    assert not caught.value.result.complete
    loaded = Result.load(run)
    assert not loaded.complete
    np.testing.assert_array_equal(loaded.curves["count"], whole.curves["count"][:, :3])
    heard = []
    result = simulate(bag, people, chunk=2, to=run, progress=lambda done, total: heard.append(done))
    assert heard[0] == 6
    same(result, whole)
    same(Result.load(run), whole)


def test_ctrl_c_before_anything_is_finished(bag, some_people):
    with pytest.raises(KeyboardInterrupt, match="0 of 7 patients") as caught:
        simulate(bag, some_people(bag, SPEEDS), chunk=3, progress=stop_after(0))
    assert caught.value.result is None


def test_an_interrupt_is_no_ordinary_error():
    assert not issubclass(Interrupted, Exception)


SCRIPT = """
import signal, sys, threading, os
signal.signal(signal.SIGINT, signal.default_int_handler)
from unmoor.population import sample
from unmoor.trial import load_study, simulate
study = load_study("dipersio-2009-nhl")
people = sample(study.population, 4000, 1)
def progress(done, total):
    if done == 60:
        print("third chunk", flush=True)
simulate(study, people, chunk=10, to=sys.argv[1], progress=progress)
"""


def test_a_real_ctrl_c_and_a_real_kill(tmp_path):
    for name, number in (("interrupted", signal.SIGINT), ("killed", signal.SIGKILL)):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path / name)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "third chunk\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert process.returncode != 0
        assert ("patients are finished; those written are in" in said) == (number == signal.SIGINT)
        loaded = Result.load(tmp_path / name)
        assert loaded.n >= 20
        assert loaded.n % 10 == 0
        assert not loaded.complete
        assert np.isfinite(loaded.curves["cd34"]).all()


def test_a_disk_that_fills_keeps_what_is_finished(bag, some_people, tmp_path):
    """No file may grow beyond a limit that the second, larger part of the run exceeds."""
    people, run = some_people(bag, np.full(400, 1.0)), tmp_path / "run"
    simulate(bag, people[:5], to=tmp_path / "small")
    small = max(file.stat().st_size for file in (tmp_path / "small").rglob("*.parquet"))
    limits, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    full = threading.Event()

    def progress(done, total):
        if done == 10:  # the first chunk of five patients is through both arms; its files are still to be written
            full.set()
        elif full.is_set():
            resource.setrlimit(resource.RLIMIT_FSIZE, (small // 4, limits[1]))

    try:
        with pytest.raises(CannotWrite, match=r"cannot write .*; 10 patients are finished") as caught:
            simulate(bag, people, chunk=5, to=run, progress=progress)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert caught.value.result.n == 10
    assert Result.load(run).n == 5
    assert simulate(bag, people[:400], chunk=200, to=run).n == 400


def test_a_folder_with_another_run_is_left_alone(bag, some_people, tmp_path):
    simulate(bag, some_people(bag, [1.0]), to=tmp_path)
    with pytest.raises(BadInput, match="holds another run"):
        simulate(bag, some_people(bag, [2.0]), to=tmp_path)
    assert Result.load(tmp_path).patients.index.tolist() == [100]
    same(Result.load(tmp_path), simulate(bag, some_people(bag, [1.0])))


def test_patients_that_cannot_be(bag, some_people):
    with pytest.raises(BadInput, match="no patients"):
        simulate(bag, some_people(bag, [1.0])[:0])
    with pytest.raises(BadInput, match="chunk is 0"):
        simulate(bag, some_people(bag, [1.0]), chunk=0)
    with pytest.raises(BadInput, match="patient 100 stands twice"):
        simulate(bag, some_people(bag, [1.0, 2.0])[[0, 0]])


def test_a_study_whose_drug_is_infused(write_study, some_people):
    changes = ("plerixafor 0.24 mg/kg sc on", "plerixafor 0.24 mg/kg iv over 2 hours on")
    study = load_study(write_study(changes))
    drug = simulate(study, some_people(study, [0.1])).curves["plerixafor_concentration"].sel(arm="drug", patient=100)
    assert float(drug.sel(time=96.0)) > 500  # the end of the infusion
    assert float(drug.sel(time=90.0)) == 0.0
