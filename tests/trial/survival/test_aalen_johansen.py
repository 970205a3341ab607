import numpy as np
import pandas as pd
import pytest

from unmoor.base.errors import BadInput, UnknownName
from unmoor.trial.survival import aalen_johansen, competing_risks, kaplan_meier


def test_competing_risks_of_mgus(mgus, vectors):
    time, cause, table = mgus
    for sex in "FM":
        chosen = (table.sex == sex).to_numpy()
        found = competing_risks(time[chosen], cause[chosen])
        rows = [row for row in vectors["competing_risks"]["mgus2_AJ_by_sex"] if row["strata"] == f"sex={sex}"]
        times = [row["time"] for row in rows]
        wanted = [[row[key] for key in ("p_free", "p_pcm", "p_death")] for row in rows]
        np.testing.assert_allclose(found.at(times), wanted, atol=1e-10)
        wanted = [[row[key] for key in ("se_pcm", "se_death")] for row in rows]
        np.testing.assert_allclose(found.at(times, "jackknife")[:, 1:], wanted, atol=1e-10)


def test_steps_of_the_transplant_data(transplant, vectors):
    time, cause, table = transplant
    for group in (1, 2, 3):
        chosen = table.group == group
        found = competing_risks(time[chosen], cause[chosen])
        rows = [r for r in vectors["competing_risks"]["bmt_AJ_steps"] if r["strata"] == f"group={group}"]
        times = [row["time"] for row in rows]
        np.testing.assert_allclose(found.at(times)[:, 1:], [[r["p_rel"], r["p_nrm"]] for r in rows], atol=1e-10)
        errors = [[r["se_rel"], r["se_nrm"]] for r in rows]
        np.testing.assert_allclose(found.at(times, "jackknife")[:, 1:], errors, atol=1e-10)


def stays(table):
    rows = []
    for row in table.itertuples():
        end = 2 if row.rfsstat else -1
        if row.prstat:
            rows += [(row.id, 0, row.prtime, 0, 1), (row.id, row.prtime, row.rfstime, 1, end)]
        else:
            rows.append((row.id, 0, row.rfstime, 0, end))
    found = pd.DataFrame(rows, columns=["patient", "entry", "exit", "origin", "target"])
    found = found[(found.exit > found.entry) | (found.target < 0)]
    return {name: found[name] for name in found}


def test_illness_and_death_from_transplant_and_from_a_landmark(vectors):
    columns, wanted = stays(vectors.data("mstate_ebmt3")), vectors["multistate_landmark"]["ebmt3"]
    states = ["transplant", "platelets", "relapse or death"]
    found = aalen_johansen(**columns, states=states)
    first = wanted["AJ_from_state1_at0"]
    np.testing.assert_allclose(found.at(wanted["query_times"]).T, [first[f"pstate{k}"] for k in (1, 2, 3)], atol=1e-10)
    errors = found.at(wanted["query_times"], "aalen").T
    np.testing.assert_allclose(errors, [first[f"se{k}"] for k in (1, 2, 3)], atol=1e-10)
    for state in (0, 1):
        later = aalen_johansen(**columns, states=states, start=state, begin=0.5)
        rows = [wanted[f"from{state + 1}_at_0.5"][f"pstate{k}"] for k in (1, 2, 3)]
        np.testing.assert_allclose(later.at(wanted["query_times_late"]).T, rows, atol=1e-10)


def test_greenwood_of_the_aids_data(vectors):
    table, wanted = vectors.data("mstate_aidssi"), vectors["multistate_landmark"]["aidssi"]
    found = competing_risks(table.time, table.cause.map({"AIDS": 1, "SI": 2}).fillna(0))
    np.testing.assert_allclose(
        found.at(wanted["query_times"]).T, [wanted["cuminc"][k] for k in ("Surv", "CI.1", "CI.2")], atol=1e-10
    )
    errors = [wanted["cuminc"][k] for k in ("seSurv", "seCI.1", "seCI.2")]
    np.testing.assert_allclose(found.at(wanted["query_times"], "greenwood").T, errors, atol=1e-10)


def test_one_cause_is_kaplan_meier():
    random = np.random.default_rng(5)
    time, event = random.integers(1, 20, 80).astype(float), random.random(80) < 0.6
    found, curve = competing_risks(time, event.astype(int)), kaplan_meier(time, event)
    grid = np.arange(0.0, 20)
    np.testing.assert_allclose(found.at(grid)[:, 0], curve.at(grid)[0], atol=1e-12)
    last = grid[curve.at(grid)[0] > 0]
    np.testing.assert_allclose(found.at(last, "greenwood")[:, 0], curve.standard_error(last), atol=1e-12)
    np.testing.assert_allclose(found.probability.sum(axis=1), 1)


def test_impossible_input():
    good = {"patient": [1], "entry": [0.0], "exit": [2.0], "origin": [0], "target": [1], "states": ["a", "b"]}
    with pytest.raises(BadInput, match="before or when it begins"):
        aalen_johansen(**{**good, "entry": [3.0]})
    with pytest.raises(BadInput, match="do not exist"):
        aalen_johansen(**{**good, "target": [2]})
    with pytest.raises(BadInput, match="distribution"):
        aalen_johansen(**good, start=[0.5, 0.4])
    with pytest.raises(BadInput, match="missing or negative"):
        aalen_johansen(**{**good, "exit": [np.nan]})
    with pytest.raises(BadInput, match="causes"):
        competing_risks([1.0, 2], [0.5, 1])
    with pytest.raises(UnknownName, match="jackknife"):
        aalen_johansen(**good).at([1], "jacknife")
