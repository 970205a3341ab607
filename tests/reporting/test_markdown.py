"""Markdown: every kind of block has its text, tables are rectangular, figures become files."""

from __future__ import annotations

from unmoor.reporting.content import Facts, Figures, Heading, Items, Notice, Paragraph, Section, Shares
from unmoor.reporting.figures import Drawing
from unmoor.reporting.markdown import markdown
from unmoor.reporting.table import Cell, table

BLOCKS = (
    Paragraph("Words."),
    Heading("Below"),
    Notice("Mind.", "This."),
    Facts((("term", "text"),)),
    Figures((("12", "rows", "3 beside"),)),
    Shares((("cited", 4, "cited"),)),
    Items((("lead", "text", ""), ("", "plain", ""))),
    table(("Name", "Value"), [("a|b", Cell("1", small="0 to\n2")), ("c", "2")], numbers=(1,), groups={1: "group"}),
    Drawing("bars", '<svg viewBox="0 0 10 20" role="img"><path/></svg>', "", "Bars.", "What they are."),
)


def test_every_block_has_its_text() -> None:
    text, pictures = markdown([Section("one", "One", BLOCKS)], "images/x")
    for line in (
        "## One", "Words.", "### Below", "> **Mind.** This.", "| term | text |", "| 12 | rows | 3 beside |",
        "| cited | 4 |", "- **lead** text", "- plain", "| Name | Value |", "| --- | ---: |", "| a\\|b | 1 (0 to; 2) |",
        "| **group** |  |", "![Bars.](images/x-bars.svg)", "Bars. What they are.",
    ):  # fmt: skip
        assert line in text.splitlines(), line
    assert list(pictures) == ["images/x-bars.svg"]


def test_a_picture_stands_alone_on_white_paper() -> None:
    _, pictures = markdown([Section("one", "One", BLOCKS)], "x")
    (svg,) = pictures.values()
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"')
    assert 'fill="#ffffff"' in svg
    assert svg.endswith("</svg>\n")
