"""Cuts one figure of a report out as an SVG file that stands by itself."""

import re

PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'


def cut_out(report: str, figure: str) -> str:
    """The wide version of the figure called so in the text of a report.

    Raises LookupError where the report has no such figure.
    """
    found = re.search(rf'<figure [^>]*id="figure-{re.escape(figure)}".*?(<svg .*?</svg>)', report, re.DOTALL)
    if not found:
        known = ", ".join(re.findall('id="figure-([^"]+)"', report))
        raise LookupError(f"the report has no figure '{figure}'; it has {known}")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', found[1])
    assert size, "a figure of a report has a viewBox"
    fonts = f'width="{size[1]}" height="{size[2]}" font-family="DejaVu Sans, Verdana, sans-serif"'
    opening = found[1].replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" {fonts} ', 1)
    return re.sub(r"^(<svg [^>]*>)", rf"\1{PAPER}", opening) + "\n"
