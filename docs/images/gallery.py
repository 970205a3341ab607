"""Draws a picture of every study of the library and writes docs/gallery.md from all pictures below docs/images.

Run it with `python docs/images/gallery.py`, or with names of studies to draw those only; plans are of the examples.
"""

import sys
import tempfile
from pathlib import Path

from cut_out import cut_out

import unmoor
from unmoor.base.files import library_names
from unmoor.reporting import plan_picture, study_picture

IMAGES = Path(__file__).parent
PATIENTS, SEED = 300, 1
HEADS = {
    "studies": "Studies: the first quantity of each, 300 virtual patients; diamonds are published means or medians",
    "drugs": "Drugs: concentration and effect over time, published points on top",
    "plans": "Plans: one patient, what is known so far and what may come",
    "trials": "Trials: patients of one simulated trial, and times to an event, as their reports show them",
}
TRIALS = {
    "borthakur-2020": {
        "swimmer-iwg": "the patients of one simulated trial",
        "mobilisation": "mobilisation by population",
        "escalation": "the way through the dose levels",
    },
    "ghobrial-2019-phase1": {"escalation": "the way through the dose levels"},
    "ghobrial-2019-phase2": {
        "waterfall-imwg": "best change of M-protein in one simulated trial",
        "survival-progression-free": "disease-free survival",
    },
}

for name in sys.argv[1:] or library_names("studies", ".yaml"):
    study = unmoor.load_study(name)
    result = unmoor.simulate(study, unmoor.sample(study.population, n=PATIENTS, seed=SEED))
    print(study_picture(study, result, IMAGES / "studies" / f"{name}.png"))
    if name in TRIALS:
        with tempfile.TemporaryDirectory() as folder:
            page = unmoor.report(study, result, unmoor.evaluate(study, result), to=Path(folder) / "report.html")
            text = page.read_text(encoding="utf-8")
        for figure in TRIALS[name]:
            (IMAGES / "trials" / f"{name}-{figure}.svg").write_text(cut_out(text, figure), encoding="utf-8")

for patient in sorted((IMAGES.parents[1] / "examples").glob("*/patient.json")):
    print(plan_picture(unmoor.plan(patient), IMAGES / "plans" / f"{patient.parent.name}.svg"))

words = {f"{name}-{figure}": text for name, figures in TRIALS.items() for figure, text in figures.items()}
lines = ["# Gallery", "", "Drawn by `python docs/images/gallery.py`; numbers and sources stand in the reports.", ""]
lines += ["Research software, not a medical device: these are simulated patients.", ""]
for folder in sorted(path for path in IMAGES.iterdir() if path.is_dir() and not path.name.startswith("_")):
    lines += [f"## {HEADS.get(folder.name, folder.name.capitalize())}", ""]
    for picture in sorted(path for path in folder.iterdir() if path.suffix in (".png", ".svg")):
        plain = words.get(picture.stem, picture.stem.replace("-", " "))
        title = unmoor.load_study(picture.stem).title if folder.name == "studies" else plain
        lines += [f"**{picture.stem}**: {title}", "", f"![{title}](images/{folder.name}/{picture.name})", ""]
(IMAGES.parent / "gallery.md").write_text("\n".join(lines), encoding="utf-8")
