"""Compiled code on disk: read back whole or not at all, and never a reason to stop."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmoor.base import files
from unmoor.engine import cache

KEY, CODE, NOTE = "ab" * 32, bytes(range(256)) * 3 + b"\n{}\n", '{"states": ["a"], "é": 1}'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "below" / "cache"))
    return tmp_path / "below" / "cache"


def test_written_code_is_read_back(folder):
    assert cache.write(KEY, CODE, NOTE)
    assert cache.read(KEY) == (CODE, NOTE)
    assert [path.name for path in folder.iterdir()] == [f"{KEY[:40]}.code"]


def test_absent_code_is_none(folder):
    assert cache.read(KEY) is None
    assert not folder.exists()  # looking makes no folder


def test_empty_code_and_note(folder):
    assert cache.write(KEY, b"", "")
    assert cache.read(KEY) == (b"", "")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_flipped_bit_is_believed(folder, data):
    cache.write(KEY, CODE, NOTE)
    content = bytearray(cache.place(KEY).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    cache.place(KEY).write_bytes(bytes(content))
    # a blank of the header may become another blank: then what is read must still be what was written
    assert cache.read(KEY) in (None, (CODE, NOTE))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_file_cut_short_is_not_believed(folder, data):
    cache.write(KEY, CODE, NOTE)
    content = cache.place(KEY).read_bytes()
    cache.place(KEY).write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    assert cache.read(KEY) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x7fELF" + bytes(500),
        b"unmoor-code-1\n",
        b"unmoor-code-1\n{}\n",
        b"unmoor-code-1\n[]\ncode",
        b"unmoor-code-1\n7\ncode",
        b"unmoor-code-1\nnull\ncode",
        b"unmoor-code-1\n\xff\xfe\ncode",
        b"unmoor-code-1\n{'key': 1}\ncode",
        b"unmoor-code-1\n" + json.dumps({"key": KEY, "sha256": 5, "note": 5}).encode() + b"\ncode",
        b"unmoor-code-1\n" + json.dumps({"key": KEY, "sha256": "00", "note": NOTE}).encode() + b"\ncode",
        b"unmoor-code-9\n" + b"x" * 100,
    ],
)
def test_foreign_content_is_not_believed(folder, content):
    folder.mkdir(parents=True)
    cache.place(KEY).write_bytes(content)
    assert cache.read(KEY) is None
    assert cache.write(KEY, CODE, NOTE)
    assert cache.read(KEY) == (CODE, NOTE)


def test_code_of_another_key_is_not_believed(folder):
    """The file name carries the first 40 digits only; the whole key decides."""
    other = KEY[:-1] + "0"
    assert cache.place(other) == cache.place(KEY)
    cache.write(other, CODE, NOTE)
    assert cache.read(KEY) is None
    assert cache.read(other) == (CODE, NOTE)


def test_a_folder_in_place_of_the_file_is_not_believed(folder):
    cache.place(KEY).mkdir(parents=True)
    assert cache.read(KEY) is None
    assert not cache.write(KEY, CODE, NOTE)


def test_a_place_that_cannot_be_a_folder_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "file" / "cache"))
    assert cache.read(KEY) is None
    assert not cache.write(KEY, CODE, NOTE)
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_no_error(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    assert not cache.write(KEY, CODE, NOTE)
    folder.chmod(0o700)


def test_a_full_disk_is_no_error_and_leaves_nothing_behind(folder, monkeypatch):
    cache.write(KEY, CODE, NOTE)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    assert not cache.write(KEY, b"newer", "newer")
    monkeypatch.undo()
    assert [path.name for path in folder.iterdir()] == [f"{KEY[:40]}.code"]
    assert folder.joinpath(f"{KEY[:40]}.code").read_bytes().endswith(CODE)
