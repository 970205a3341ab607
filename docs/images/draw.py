"""Draws the README's picture: the CD34+ curves of the demo study, taken out of its report.

Run it with `python docs/images/draw.py`; the file written is docs/images/dipersio-2009-nhl.svg.
"""

import re
import tempfile
from pathlib import Path

import unmoor

STUDY, PATIENTS, SEED = "dipersio-2009-nhl", 200, 1
FIRST_CURVE = re.compile(
    r'<svg viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"[^>]*aria-label="CD34\+ cells in blood.*?</svg>', re.DOTALL
)
PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'

study = unmoor.load_study(STUDY)
result = unmoor.simulate(study, unmoor.sample(study.population, n=PATIENTS, seed=SEED))
with tempfile.TemporaryDirectory() as folder:
    report = unmoor.report(study, result, unmoor.evaluate(study, result), to=Path(folder) / "report.html")
    found = FIRST_CURVE.search(report.read_text(encoding="utf-8"))
assert found, "the report has no curve of CD34+ cells in blood"
size = f'width="{found["width"]}" height="{found["height"]}" font-family="DejaVu Sans, Verdana, sans-serif"'
opening = found[0].replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" {size} ', 1)
picture = re.sub(r"^(<svg [^>]*>)", rf"\1{PAPER}", opening) + "\n"
Path(__file__).with_name(f"{STUDY}.svg").write_text(picture, encoding="utf-8")
