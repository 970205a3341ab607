"""How every figure of a report looks, and how a matplotlib figure becomes inline SVG at two widths."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

# Okabe and Ito's blue, vermilion, green and purple, darkened until each has a contrast of 4.5 on white paper; more
# for studies of many arms; grey last.
COLOURS = ("#1c5d8f", "#b8480c", "#1f7a5a", "#8a4b86", "#6f6410", "#a5254b", "#7a4a1e", "#3b3b3b")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 1.6)), (0, (1.2, 1.4)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
GRADED = ("#143d66", "#1b6a86", "#2a9285", "#62ab78", "#9cc275", "#cdd985")  # responses, the better the darker
NO_RESPONSE = {"MR": "#dda94c", "SD": "#9aa3a9", "NR": "#9aa3a9", "PD": "#b8480c", "NE": "#d9dde0"}
NEUTRAL = "#3b3b3b"  # what belongs to no arm, such as a difference between two
INK, SOFT, RULE, PAPER = "#22272b", "#5c666e", "#d9dde0", "#ffffff"
WIDE, NARROW = 9.4, 4.3
DAYS = (1, 2, 7, 14, 28, 56, 84, 168, 364)  # steps of a long axis: weeks and cycles of four

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "axes.labelcolor": SOFT,
    "text.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as inline SVG, once for a wide page and once for a narrow one, with the words that go with it."""

    name: str
    wide: str
    narrow: str
    title: str
    caption: str


def arm_colours(arms: list[str]) -> dict[str, str]:
    """One colour per arm, the same in every figure of a report."""
    return {arm: COLOURS[i % len(COLOURS)] for i, arm in enumerate(arms)}


def response_colours(order: Sequence[str]) -> dict[str, str]:
    """A colour for each response of a criterion, `order` best first: the better the darker; grey where none, red worse.

    What is neither a response nor known here counts as a response.
    """
    good = [name for name in order if name not in NO_RESPONSE]
    graded = [GRADED[round(k * (len(GRADED) - 1) / max(len(good) - 1, 1))] for k in range(len(good))]
    return {name: NO_RESPONSE.get(name) or graded[good.index(name)] for name in order}


def draw(name: str, title: str, caption: str, paint: Callable[[float], Any]) -> Drawing:
    """Call `paint(width in inches)`, which returns a matplotlib Figure, for a wide and for a narrow page."""
    import matplotlib

    versions = {}
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        # the salt keeps ids apart: a clip path of a hidden figure would otherwise hide what it clips in another
        style: Any = STYLE | {"svg.hashsalt": f"{name}-{kind}"}
        with matplotlib.rc_context(style):
            versions[kind] = inline_svg(paint(width), title, caption)
    return Drawing(name, versions["wide"], versions["narrow"], title, caption)


def inline_svg(figure: Any, title: str, description: str) -> str:
    """The SVG element of a matplotlib Figure, without prolog, metadata, page-wide style or fixed size."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = stream.getvalue()
    box = re.search(r'viewBox="([^"]+)"', text)
    body = text[text.index(">", text.index("<svg")) + 1 :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'<style type="text/css">.*?</style>', "", body, flags=re.DOTALL)
    body = body.replace("xlink:href", "href")
    view = box.group(1) if box else "0 0 100 100"
    label = escape(f"{title}. {description}" if description else title, quote=True)
    return f'<svg viewBox="{view}" role="img" aria-label="{label}">{_tidy(body)}'


def _tidy(body: str) -> str:
    """Without ids that nothing points to (they repeat from figure to figure), comments and needless digits."""
    used = set(re.findall(r"#([\w.-]+)", body))
    body = re.sub(r' id="([^"]+)"', lambda found: found.group() if found.group(1) in used else "", body)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    # numbers of paths, not of texts: a P of 0.002 stays one
    body = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d+\.\d{2})\d+", r"\1", tag.group()), body)
    return re.sub(r"\s*\n\s*", "\n", body).strip()


def day_axis(axes: Any, start: float, stop: float) -> None:
    """Label an axis in hours by trial days, at most fifteen of them: day 1 starts at hour 0."""
    first, last = math.floor(start / 24), math.ceil(stop / 24)
    inches = axes.get_position().width * axes.figure.get_figwidth()
    most = 14 if last < 500 else max(2, min(14, int(inches / 0.5)))
    every = next((step for step in DAYS if last - first <= most * step), math.ceil((last - first) / most))
    ticks = [24 * day for day in range(first, last + 1) if (day - first) % every == 0]
    axes.set_xticks(ticks, [f"{tick // 24 + 1}" for tick in ticks])
    axes.set_xlim(start, stop)


def time_axis(axes: Any, start: float, stop: float) -> str:
    """Label an axis in hours by days, or by hours where it is three days or shorter; returns "day" or "hour"."""
    if stop - start > 72:
        day_axis(axes, start, stop)
        return "day"
    every = next(step for step in (1, 2, 4, 6, 12) if (stop - start) / step <= 8 or step == 12)
    ticks = [every * k for k in range(math.ceil(start / every), math.floor(stop / every) + 1)]
    axes.set_xticks(ticks, [f"{tick}" for tick in ticks])
    axes.set_xlim(start, stop)
    return "hour"


def amount(value: float) -> str:
    """A tick label without superfluous zeros: 0.1, 5, 1,000."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:g}"


def row_labels(axes: Any, labels: list[tuple[float, list[tuple[str, str]]]]) -> None:
    """Texts left of an axis: for each height, (line, colour) from top to bottom, right-aligned.

    One text a line: a page's font is narrower than the one measured here, and only single lines keep their right edge.
    """
    axes.set_yticks([])
    for height, lines in labels:
        for i, (text, colour) in enumerate(lines):
            axes.annotate(
                text, (0, height), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                xytext=(-8, 10.5 * ((len(lines) - 1) / 2 - i)), ha="right", va="center", color=colour, fontsize=8.5,
            )  # fmt: skip
