from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import unmoor
from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.result import Result
from unmoor.reporting import report

LOADS = {"src", "href", "data", "poster", "srcset", "action", "background", "xlink:href"}


class Page(HTMLParser):
    """What a page loads, links to, is headed by and says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.heads: list[int] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.heads.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in LOADS:
                self.loads.append((tag, value or ""))
        if tag not in ("meta", "link", "br", "path", "use", "image", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("path", "use", "image", "rect"):
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"


@pytest.fixture(scope="module")
def text(study: Any, result: Result, rows: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = unmoor.report(study, result, rows, to=tmp_path_factory.mktemp("out") / "report.html")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_loaded_from_anywhere(page: Page, text: str) -> None:
    outside = [(tag, to) for tag, to in page.loads if not to.startswith("#") and to != "data:,"]
    assert outside == []
    assert not {"script", "iframe", "object", "embed", "img", "video", "audio"} & set(page.tags)
    styles = "".join(re.findall(r"<style.*?</style>", text, re.DOTALL)) + "".join(re.findall(r'style="[^"]*"', text))
    assert re.findall(r"@import|url\((?!#)[^)]*\)", styles) == []
    assert re.findall(r"url\((?![\"']?#)[^)]*\)", text) == []


def test_the_rule_sees_what_is_loaded() -> None:
    bad = Page('<p><a href="https://a.org/x">x</a><img src="file:///a.png"></p>'.replace("<img", "<path"))
    assert bad.loads == [("a", "https://a.org/x"), ("path", "file:///a.png")]


def test_elements_are_closed_and_ids_are_unique(page: Page) -> None:
    assert page.open == []
    assert len(page.ids) == len(set(page.ids)), [each for each in page.ids if page.ids.count(each) > 1]


def test_every_link_arrives(page: Page) -> None:
    targets = {to[1:] for _, to in page.loads if to.startswith("#")}
    assert targets - set(page.ids) == set()
    assert "ref-dipersio2009nhl" in targets


def test_headings_form_a_hierarchy(page: Page) -> None:
    assert page.heads[0] == 1
    assert page.heads.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.heads, page.heads[1:], strict=False))


@pytest.mark.parametrize(
    "words",
    [
        "What was asked",
        "The arms",
        "Endpoints: simulated beside published",
        "Time to target",
        "Course over time",
        "Virtual patients",
        "Patients who could not be simulated",
        "Parameters and their sources",
        "References",
        "Provenance",
        "not a medical device",
        "PH3011",
        "59.3%",
        "60 virtual patients",
        "seed 3",
    ],
)
def test_the_report_says(text: str, words: str) -> None:
    assert words in re.sub(r"<[^>]+>", "", text)


def test_every_figure_is_there_wide_and_narrow(text: str) -> None:
    figures = re.findall(r'<figure class="drawing" id="figure-([\w-]+)">', text)
    assert figures == ["arms", "comparison", "targets", "curve-cd34", "curves"]
    assert text.count("<svg ") == 2 * len(figures)
    assert all(re.search(r'aria-label="[^"]{20,}"', svg) for svg in re.findall(r"<svg [^>]*>", text))


def test_the_same_numbers_give_the_same_page(study: Any, result: Result, rows: Any, text: str, tmp_path: Path) -> None:
    again = report(study, result, rows, to=tmp_path / "again.html").read_text(encoding="utf-8")

    def timeless(page_text: str) -> str:
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d \w*", "", page_text)

    assert timeless(again) == timeless(text)


@pytest.fixture(scope="module")
def poor(study: Any, broken: Result, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a part of a run with failed patients, of a study whose words are no HTML."""
    named = replace(study, title="A <script>alert(1)</script> & B", question="x < y")
    part = replace(broken, provenance={**broken.provenance, "complete": False})
    path = tmp_path_factory.mktemp("poor") / "poor.html"
    return report(named, part, unmoor.evaluate(study, broken), to=path).read_text(encoding="utf-8")


def test_failed_patients_are_listed_with_their_reason(poor: str) -> None:
    assert "2 of 120 courses stopped before the end" in poor
    assert "no step was small enough" in poor
    assert "2 failed" in poor


def test_a_part_of_a_run_says_so(poor: str, text: str) -> None:
    assert "Incomplete." in poor
    assert "60 of the patients of each arm" in poor
    assert "Incomplete." not in text


def test_words_from_files_are_escaped(poor: str) -> None:
    assert "<script" not in poor
    head = re.sub(r"</?span[^>]*>", "", re.findall(r"<h1>(.*?)</h1>", poor)[0])
    assert head.strip() == "A &lt;script&gt;alert(1)&lt;/script&gt; &amp; B"


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_only_html_is_written(study: Any, result: Result, rows: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"ends in \.html"):
        report(study, result, rows, to=tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(study: Any, result: Result, rows: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnmoorError, match=r"cannot write '.*file/report\.html'"):
        report(study, result, rows, to=tmp_path / "file" / "report.html")


def test_a_result_of_another_study_is_refused(study: Any, result: Result, rows: Any, tmp_path: Path) -> None:
    other = replace(study, arms=study.arms[:1])
    with pytest.raises(BadInput, match="the result has arms plerixafor, placebo"):
        report(other, result, rows, to=tmp_path / "x.html")
    fewer = replace(study, endpoints=study.endpoints[1:])
    with pytest.raises(BadInput, match="reached-5-in-4"):
        report(fewer, result, rows, to=tmp_path / "x.html")
