"""Adverse events by dose: incidence beside what was published, and what the two phase I trials would have seen.

`python docs/images/toxicity.py` prints the tables of docs/toxicity.md and writes its figure; half a minute.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom

import unmoor
from unmoor.calibration import calibrate, incidence, load_plan
from unmoor.calibration.estimate import Fit
from unmoor.calibration.incidence import Incidence
from unmoor.calibration.target import Target, read_targets
from unmoor.model import load_model
from unmoor.trial.criteria import ctcae_grade

ROOT = Path(__file__).resolve().parents[2]
PLAN, DRAWS = "toxicity", 2000
SIX = "po over 14 days every 14 days for 6 doses"
SORAFENIB = {f"{mg} mg": [f"sorafenib {28 * mg} mg {SIX}"] for mg in (400, 600, 800)}
DAYS = "on days 1, 4, 8, 11, 22, 25, 29, 32, 43, 46, 50, 53, 64, 67, 71, 74, 85, 88, 92, 95"
BORTEZOMIB = {f"{dose} mg/m2": [f"bortezomib {dose} mg/m2 iv {DAYS}"] for dose in ("1.0", "1.3")}
LEVELS = ("0.16", "0.24", "0.32", "0.40", "0.48")
PLERIXAFOR = {f"{dose} mg/kg": f"plerixafor {dose} mg/kg sc on days" for dose in LEVELS}
SPARSE, DAILY = " 1, 3, 6, 10, 13", " 1-6"  # days of the later and of the earlier cohorts, MMC006 and MMC005
PANELS = (("hand_foot", "hand-foot syndrome"), ("rash", "rash"), ("diarrhoea", "diarrhoea"))
BODY = {"weight": 80.0, "creatinine_clearance": 90.0}
COUNTS = """
title: Counts under bortezomib
question: How low do counts fall?
reference: [lonial2008]
model: myeloma
population: myeloma-bortezomib-naive
duration: 63 days
sampling: {every: 12 h, outputs: [platelets, anc]}
arms:
  - name: bortezomib
    title: Bortezomib
    doses: ["bortezomib 1.3 mg/m2 iv on days 1, 4, 8, 11, 22, 25, 29, 32, 43, 46, 50, 53"]
endpoints:
  - {name: low, type: value_at, label: Platelets, output: platelets, at: day 11 at 00:00, primary: true}
"""


def factors(fit: Fit, event: str, draws: int = DRAWS) -> NDArray[np.float64]:
    """Draws (draw,) of the factor on the hazard of grade 3 that the fit leaves open: errors of hazard and share_3."""
    stage = next(one for one in fit.stages if one.stage.name == event.replace("_", "-"))
    names = [each.parameter.symbol for each in stage.estimates]
    places = [names.index(f"{event}_{name}") for name in ("hazard_at_reference", "share_3")]
    spread = np.array(stage.covariance)[np.ix_(places, places)].sum()
    return np.exp(np.random.default_rng(1).normal(size=draws) * np.sqrt(spread))


def shifted(chance: float, dispersion: float, factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """A share whose hazard is multiplied by `factor`, by the law of the module."""
    hazard = ((1 - chance) ** -dispersion - 1) / dispersion
    return np.asarray(1 - (1 + dispersion * hazard * factor) ** (-1 / dispersion))


def leukaemia(fit: Fit) -> dict[str, Incidence]:
    """Dose-limiting events of sorafenib within 28 days, and the chance that 28 patients have none."""
    run = functools.partial(incidence, "sorafenib_safety", hours=2016, covariates={"weight": 80})
    found = {dose: run(text) for dose, text in SORAFENIB.items()}
    rows = load_model("sorafenib_safety").rows
    heads = ("hand-foot >= 3", "rash >= 3", "diarrhoea >= 3", "any of them", "none of 28", "hand-foot >= 2 in 12 weeks")
    print(f"| sorafenib twice daily | {' | '.join(heads)} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    limiting = {}
    for dose, one in found.items():
        shares = [one.at(event, 3, 672) for event, _ in PANELS]
        free = np.ones(DRAWS)
        for k, (event, _) in enumerate(PANELS):
            free *= 1 - shifted(shares[k], rows[f"{event}_dispersion"].value, factors(fit, event))
        limiting[dose] = 1 - free
        either = float(np.interp(672, one.times, one.any_event[2]))
        late = one.at("hand_foot", 2, 2016)
        cells = [f"{100 * p:.1f}%" for p in (*shares, either)]
        cells[-1] += f" ({span(limiting[dose])})"
        print(f"| {dose} | {' | '.join(cells)} | {100 * (1 - either) ** 28:.0f}% | {100 * late:.0f}% |")
    for told, sizes in (("3, 3 and 22 patients", (3, 3, 22)), ("10, 9 and 9", (10, 9, 9))):
        none = np.prod([(1 - p) ** n for p, n in zip(limiting.values(), sizes, strict=True)], axis=0)
        print(f"{told}: none in {100 * none.mean():.0f}% of trials ({span(none)} by the fit's errors)")
    print(f"0 of 28 says at most {100 * beta.ppf(0.975, 1, 28):.1f}% (Clopper-Pearson, 95%)\n")
    return found


def myeloma(schedule: str) -> dict[str, Incidence]:
    """Dose-limiting agitation by level of plerixafor within 21 days, and where a 3+3 would stop."""
    run = functools.partial(incidence, "plerixafor_safety", hours=504, every=4, covariates=BODY)
    found = {dose: run([text + schedule]) for dose, text in PLERIXAFOR.items()}
    cycle = incidence("bortezomib_safety", ["bortezomib 1.3 mg/m2 sc on days 3, 6, 10, 13"], hours=504)
    nerve = cycle.at("neuropathy", 3, 504)
    heads = ("agitation, any", "agitation >= 3", "with neuropathy >= 3", "3+3 goes on", "2 or more of 6")
    print(f"| plerixafor on days{schedule} | {' | '.join(heads)} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    passed, chosen = 1.0, {}
    for dose, one in found.items():
        p = 1 - (1 - one.at("agitation", 3, 504)) * (1 - nerve)
        goes = (1 - p) ** 3 + 3 * p * (1 - p) ** 5
        chosen[dose] = passed * (1 - goes)  # the trial ends here, so that the level below is the MTD
        passed *= goes
        cells = [one.at("agitation", 1, 504), one.at("agitation", 3, 504), p, goes, 1 - binom.cdf(1, 6, p)]
        print(f"| {dose} | {' | '.join(f'{100 * cell:.1f}%' for cell in cells)} |")
    levels = list(found)
    for k, dose in enumerate(levels[:-1]):
        print(f"MTD {dose}: {100 * chosen[levels[k + 1]]:.0f}% of trials")
    print(f"MTD {levels[-1]} or not reached: {100 * passed:.0f}%; none is safe: {100 * chosen[levels[0]]:.0f}%\n")
    return found


def counts() -> None:
    """Platelets and neutrophils of relapsed myeloma under bortezomib, graded, beside the APEX trial."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.yaml"
        path.write_text(COUNTS)
        study = unmoor.load_study(path)
        result = unmoor.simulate(study, unmoor.sample(study.population, n=300, seed=1))
    times = result.times
    for name, term, limit in (("platelets", "platelet count decreased", 150), ("anc", "neutrophil count decreased", 2)):
        curve = result.curves[name].sel(arm="bortezomib").transpose("patient", "time").values
        worst = ctcae_grade("v5", term, curve.min(axis=1), lower_limit=limit)
        low = {"platelets": 100, "anc": 1.5}[name]
        first, eleventh = (100 * np.mean(curve[:, times == hour] < low) for hour in (0, 240))
        fall = 100 * np.mean(1 - curve[:, times <= 504].min(axis=1) / curve[:, 0])
        grades = ", ".join(f"{g}: {100 * np.mean(worst == g):.0f}%" for g in (1, 2, 3, 4))
        print(f"{name}: worst grade in three cycles {grades}; mean fall in the first {fall:.0f}%;", end=" ")
        print(f"below {low} on day 1 {first:.0f}% and on day 11 {eleventh:.0f}%")


def span(values: NDArray[np.float64]) -> str:
    """The middle 90% of shares."""
    low, high = 100 * np.quantile(values, (0.05, 0.95))
    return f"{low:.1f}-{high:.1f}%"


def draw(path: Path, groups: list[tuple[str, str, dict[str, Incidence]]], rows: list[Target]) -> None:
    """A column for each event, any grade above grade 3 or worse: a line for each dose, published points over it."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(groups), figsize=(15, 6), constrained_layout=True)
    for column, (event, title, found) in enumerate(groups):
        for axis, grade in zip(axes[:, column], (1, 3), strict=True):
            for k, (dose, one) in enumerate(found.items()):
                values = 100 * one.share[one.events.index(event), grade - 1]
                colour = plt.get_cmap("viridis")(0.85 - 0.85 * k / max(len(found) - 1, 1))
                axis.plot(one.times / 24, values, color=colour, label=dose)
            mine = [row for row in rows if row.output == f"{event}_chance_{grade}" and row.scenario != "examined"]
            wide = one.times[-1] / 24
            for row in mine:
                low, high = row.interval
                same = [other for other in mine if other.time == row.time]  # beside one another
                at = row.time / 24 + 0.025 * wide * (same.index(row) - (len(same) - 1) / 2)
                bars = [[row.typical - low], [high - row.typical]]
                axis.errorbar(at, row.typical, bars, color="black", marker="o", markersize=4, lw=0.8)
            axis.set(ylim=(0, None), xlabel="days")
            axis.set_title(f"{title}, {'any grade' if grade == 1 else 'grade 3 or worse'}", fontsize=9)
            axis.grid(alpha=0.3)
            axis.spines[["top", "right"]].set_visible(False)
        # where the lines leave room: agitation comes at once
        axes[1 if event == "agitation" else 0, column].legend(frameon=False, fontsize=8, loc="upper left")
    axes[0, 0].set_ylabel("share of patients, %")
    axes[1, 0].set_ylabel("share of patients, %")
    figure.savefig(path, dpi=110)


def main() -> None:
    """Print the tables and write the figure."""
    plan = load_plan(PLAN)
    fit = calibrate(plan)
    skin = leukaemia(fit)
    agitation = myeloma(SPARSE)
    myeloma(DAILY)
    nerve = {dose: incidence("bortezomib_safety", text, hours=2520) for dose, text in BORTEZOMIB.items()}
    counts()
    groups = [(event, title, skin) for event, title in PANELS]
    groups += [("neuropathy", "neuropathy", nerve), ("agitation", "agitation", agitation)]
    draw(ROOT / "docs" / "images" / "toxicity.png", groups, list(read_targets(plan.targets, plan)))


if __name__ == "__main__":
    main()
