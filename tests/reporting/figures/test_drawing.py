from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from unmoor.reporting.figures.drawing import (
    COLOURS,
    DASHES,
    GRADED,
    NARROW,
    NO_RESPONSE,
    WIDE,
    amount,
    arm_colours,
    day_axis,
    draw,
    response_colours,
)


def paint(width: float) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 2.0))
    axes = figure.subplots()
    axes.plot([0, 240], [1.123456789, 2.0])
    axes.set_title("a < b")
    day_axis(axes, 0, 240)
    return figure


def test_a_drawing_is_two_clean_svg_elements() -> None:
    drawing = draw("test", "Title", 'It says "so".', paint)
    sizes = []
    for text in (drawing.wide, drawing.narrow):
        root = ElementTree.fromstring(text)
        assert root.tag == "svg"
        assert root.attrib.keys() == {"viewBox", "role", "aria-label"}
        assert root.attrib["aria-label"] == 'Title. It says "so".'
        sizes.append(float(root.attrib["viewBox"].split()[2]))
        assert not {"metadata", "style"} & {each.tag for each in root.iter()}
        assert "http" not in text
        assert "".join(root.itertext()).count("a < b") == 1
        used, there = set(re.findall(r"#([\w-]{6,})\)", text)), {each.attrib.get("id") for each in root.iter()} - {None}
        assert used <= there
    assert sizes[0] / sizes[1] == pytest.approx(WIDE / NARROW, rel=1e-6)


def test_the_same_figure_gives_the_same_text_and_two_figures_share_no_id() -> None:
    first, again, other = (draw(name, "T", "", paint) for name in ("one", "one", "two"))
    assert first == again

    def ids(text: str) -> set[str]:
        return set(re.findall(r' id="([^"]+)"', text))

    assert ids(first.wide)
    assert not ids(first.wide) & (ids(first.narrow) | ids(other.wide))


def test_days_are_counted_from_one_and_thinned() -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(WIDE, 2)).subplots()
    day_axis(axes, 0, 216)
    assert [each.get_text() for each in axes.get_xticklabels()] == [str(day) for day in range(1, 11)]
    day_axis(axes, 0, 24 * 100)
    assert len(axes.get_xticks()) <= 15
    day_axis(axes, 0, 24 * 1095)
    assert [each.get_text() for each in axes.get_xticklabels()][:4] == ["1", "85", "169", "253"]  # cycles, not odd days
    narrow = Figure(figsize=(NARROW, 2)).subplots()
    day_axis(narrow, 0, 24 * 1095)
    assert len(narrow.get_xticks()) <= 7


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def seen(colour: str) -> tuple[float, float]:
    """Lightness and blue-yellow, what a dichromat without red or green cones still tells apart."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return luminance(colour) ** (1 / 2.4) * 255, blue - (red + green) / 2


def test_colours_can_be_read_on_paper_and_told_apart() -> None:
    assert min(1.05 / (luminance(colour) + 0.05) for colour in COLOURS) > 4.5
    first, second = (seen(colour) for colour in COLOURS[:2])
    assert abs(first[1] - second[1]) > 60
    assert len({str(dash) for dash in DASHES}) == len(DASHES)


def test_arms_keep_their_colour() -> None:
    assert arm_colours(["a", "b"])["a"] == arm_colours(["a"])["a"]
    assert len(arm_colours([f"arm {k}" for k in range(9)])) == 9


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1"), (0.3, "0.3"), (5.0, "5"), (1000.0, "1,000"), (30.0, "30")])
def test_tick_labels(value: float, text: str) -> None:
    assert amount(value) == text


def test_responses_grow_paler_and_what_is_none_is_grey() -> None:
    colours = response_colours(["CR", "CRp", "PR", "NR", "PD"])
    assert colours["CR"] == GRADED[0]
    assert colours["PR"] == GRADED[-1]
    assert colours["NR"] == NO_RESPONSE["NR"]
    assert colours["PD"] == NO_RESPONSE["PD"]
    assert len(set(colours.values())) == 5


def test_numbers_in_texts_keep_their_digits() -> None:
    def paint(width: float) -> Any:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, 2.0))
        figure.text(0.1, 0.5, "P <= 0.002")
        return figure

    assert ">P &lt;= 0.002</text>" in draw("digits", "T", "C", paint).wide
