from __future__ import annotations

from pathlib import Path

from unmoor.reporting import content
from unmoor.reporting.content import Heading, Notice, Paragraph, kind, section


def test_a_section_keeps_what_is_there_in_order() -> None:
    made = section("one", "One", [Paragraph("a"), None, Heading("b")])
    assert made.blocks == (Paragraph("a"), Heading("b"))


def test_the_template_draws_every_kind_of_block() -> None:
    template = (Path(content.__file__).parent / "templates" / "blocks.html.j2").read_text()
    kinds = [each.__name__.lower() for each in content.Block.__args__]
    assert len(kinds) == 9
    assert [name for name in kinds if f'kind == "{name}"' not in template] == []
    assert kind(Notice("a", "b")) == "notice"
