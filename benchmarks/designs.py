"""Trials per second of the dose-finding designs on one core, beside the figures of the R packages.

    python benchmarks/designs.py

The R packages BOIN and dfcrm are timed in the same run where Rscript and the packages are there (interleaved, best of
three); where they are not, their figures of another machine of this class stand in, and the table says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from unmoor.trial import designs, dose_finding  # noqa: E402  after the threads are set

RATES = (0.05, 0.1, 0.2, 0.35, 0.5)
SKELETON = (0.05, 0.12, 0.25, 0.4, 0.55)
STATED = {"BOIN": 690.0, "dfcrm": 28.0}  # trials per second, one core
R = {
    "BOIN": "t<-system.time(BOIN::get.oc(0.25,c({p}),10,3,ntrial=2000))[3];cat(2000/t)",
    "dfcrm": "t<-system.time(dfcrm::crmsim(c({p}),c({s}),0.25,30,1,nsim=50,count=FALSE))[3];cat(50/t)",
}
CASES = {
    "boin": (designs.Boin(target=0.25, doses=5, n=30), 20_000, None, "BOIN"),
    "mtpi2": (designs.Mtpi2(target=0.25, doses=5, n=30), 20_000, None, ""),
    "three-plus-three": (designs.ThreePlusThree(doses=5), 20_000, None, ""),
    "crm, cohorts of 1": (designs.Crm(target=0.25, skeleton=SKELETON, n=30, cohort=1), 5_000, None, "dfcrm"),
    "crm, cohorts of 3": (designs.Crm(target=0.25, skeleton=SKELETON, n=30), 10_000, None, ""),
    "crm by likelihood": (
        designs.Crm(target=0.25, skeleton=SKELETON, n=30, inference=dose_finding.Likelihood()), 5_000, None, ""),
    "ewoc": (designs.Ewoc(target=0.25, doses=(1, 2, 4, 8, 16), dose_limit=32, n=30), 5_000, None, ""),
    "blrm": (designs.Blrm(doses=(1, 2, 4, 8, 16), reference=8, mean=(-1, 0), sd=(2, 1), n=30), 1_000, None, ""),
    "rolling-six": (designs.RollingSix(doses=5), 5_000, 3.0, ""),
    "tite-boin": (designs.TiteBoin(target=0.25, doses=5, n=30), 5_000, 3.0, ""),
    "tite-crm": (designs.TiteCrm(target=0.25, skeleton=SKELETON, n=30), 1_000, 3.0, ""),
}  # fmt: skip


def ours(case: str) -> float:
    """Trials per second, truth and summary included."""
    design, trials, per_window, _ = CASES[case]
    start = time.perf_counter()
    dose_finding.operating_characteristics(design, RATES, trials, 1, per_window)
    return trials / (time.perf_counter() - start)


def theirs(package: str) -> float | None:
    """Trials per second of the R package, if it is there."""
    if not package or not shutil.which("Rscript"):
        return None
    code = R[package].format(p=",".join(map(str, RATES)), s=",".join(map(str, SKELETON)))
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True)
    try:
        return float(done.stdout.split()[-1]) if done.returncode == 0 else None
    except (IndexError, ValueError):
        return None


def main() -> None:
    """Print the table."""
    print("| design | trials/s | R package, trials/s | ratio |\n|---|---|---|---|")
    for case, (*_, package) in CASES.items():
        rounds = [(ours(case), theirs(package)) for _ in range(3)]
        best = max(speed for speed, _ in rounds)
        timed = [speed for _, speed in rounds if speed is not None]
        peer = max(timed) if timed else STATED.get(package)
        how = "-" if peer is None else f"{package} {peer:.0f}" + ("" if timed else " (stated, not timed here)")
        print(f"| {case} | {best:,.0f} | {how} | {'-' if peer is None else f'{best / peer:.0f}'} |")
    for case in ("boin", "mtpi2", "crm, cohorts of 3"):
        design = CASES[case][0]
        start = time.perf_counter()
        found = dose_finding.enumerate_trials(design)
        made = time.perf_counter() - start
        start = time.perf_counter()
        found.operating(RATES)
        weighed = 1e3 * (time.perf_counter() - start)
        print(f"exact {case}: {found.count:,} ends in {made:.2f} s, then {weighed:.1f} ms a truth")


if __name__ == "__main__":
    main()
