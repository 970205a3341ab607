"""Finding library content, and writing files whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from unmoor.base import files
from unmoor.base.errors import UnknownName, UnmoorError
from unmoor.base.files import LIBRARY, cache_folder, find, library_names, write_whole


def test_library_members_are_found_by_the_name_of_their_file():
    names = library_names("drugs", ".yaml")
    assert names == sorted(names)
    assert "plerixafor" in names
    assert find("drugs", "plerixafor", ".yaml") == LIBRARY / "drugs" / "plerixafor.yaml"


def test_an_unknown_member_names_the_nearest():
    with pytest.raises(UnknownName, match=r"unknown drug 'plerixafro'\n  did you mean 'plerixafor'"):
        find("drugs", "plerixafro", ".yaml")
    with pytest.raises(UnknownName, match="unknown study"):
        find("studies", "none-such-study", ".yaml")


def test_a_path_is_taken_as_it_is(tmp_path):
    path = tmp_path / "own.yaml"
    with pytest.raises(UnmoorError, match="no file"):
        find("drugs", path, ".yaml")
    path.write_text("x")
    assert find("drugs", path, ".yaml") == path


def test_the_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("UNMOOR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "unmoor"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "unmoor"


@pytest.mark.parametrize("content", ["text µ", b"\x00bytes"])
def test_a_file_is_written_whole(tmp_path, content):
    path = write_whole(tmp_path / "new" / "f", content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(path.parent) == ["f"]


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "f", "old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(UnmoorError, match=r"cannot write '.*f': No space left on device\n  free space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["f"]


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnmoorError, match="cannot write"):
        write_whole(tmp_path / "file" / "f", "x")
