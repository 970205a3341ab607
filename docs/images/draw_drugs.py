"""Draws the picture of every drug of the library into docs/images/drugs, as docs/drugs.md shows them.

Run it with `python docs/images/draw_drugs.py`; it writes what `unmoor show drug NAME --to NAME.svg` writes.
"""

from pathlib import Path

from unmoor.cli.show_drug import show_drug
from unmoor.dosing import library_drugs

FOLDER = Path(__file__).with_name("drugs")

for drug in library_drugs():
    show_drug(drug.name, FOLDER / f"{drug.name}.svg")
