"""Draws the README's picture: the CD34+ curves of the demo study, taken out of its report.

Run it with `python docs/images/draw.py`; the file written is docs/images/dipersio-2009-nhl.svg.
"""

import tempfile
from pathlib import Path

from cut_out import cut_out

import unmoor

STUDY, FIGURE, PATIENTS, SEED = "dipersio-2009-nhl", "curve-cd34", 200, 1

study = unmoor.load_study(STUDY)
result = unmoor.simulate(study, unmoor.sample(study.population, n=PATIENTS, seed=SEED))
with tempfile.TemporaryDirectory() as folder:
    report = unmoor.report(study, result, unmoor.evaluate(study, result), to=Path(folder) / "report.html")
    picture = cut_out(report.read_text(encoding="utf-8"), FIGURE)
Path(__file__).with_name(f"{STUDY}.svg").write_text(picture, encoding="utf-8")
