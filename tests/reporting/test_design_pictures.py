from __future__ import annotations

from pathlib import Path

import pytest

from unmoor.base.errors import BadInput
from unmoor.reporting import Branch, Shares, decision_picture, operating_picture, pathways_picture

SHARES = [Shares("boin", ("1", "2"), (0.1, 0.3), (0.1, 0.2, 0.7), (0.4, 0.6))]
TREE = [Branch(-1, 0, "now", "1"), Branch(0, 1, "0/3", "2"), Branch(0, 1, "3/3", "stop")]


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_pictures_are_files_and_repeat(tmp_path: Path, suffix: str, start: bytes) -> None:
    for draw in (
        lambda to: operating_picture(SHARES, 0.3, to),
        lambda to: pathways_picture(TREE, "the next cohort", to),
        lambda to: decision_picture({(3, 0): "E", (3, 3): "X"}, to),
    ):
        first = draw(tmp_path / f"one{suffix}").read_bytes()
        assert first.startswith(start)
        if suffix == ".png":
            assert draw(tmp_path / f"two{suffix}").read_bytes() == first


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"format '\.gif'"):
        operating_picture(SHARES, 0.3, tmp_path / "a.gif")
    with pytest.raises(BadInput, match="no design"):
        operating_picture([], 0.3, tmp_path / "a.png")
    with pytest.raises(BadInput, match="401 points"):
        pathways_picture(TREE[:1] * 401, "x", tmp_path / "a.png")
    with pytest.raises(BadInput, match="no decision"):
        decision_picture({}, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []
