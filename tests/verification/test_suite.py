"""A whole suite in processes of its own: every case counted once, nothing left in the user's cache."""

import pytest

from unmoor.base.errors import BadInput
from unmoor.base.files import cache_folder
from unmoor.verification.suite import verify_sbml, warm


@pytest.fixture
def cache(write, tmp_path, monkeypatch):
    """A cache that holds what the user's holds once a first case is known, and that nobody else writes to."""
    warm([write("00001")])
    folder = tmp_path / "cache"
    folder.mkdir()
    for file in cache_folder().glob("*.code"):
        (folder / file.name).symlink_to(file)
    monkeypatch.setenv("UNMOOR_CACHE", str(folder))
    return folder


def test_every_case_is_counted_and_the_cache_stays_clean(cache, write, tmp_path):
    write("00002", off=1.0)
    write("00003", delayed=True)
    write("00004", rate="<cn>0.5</cn>")
    before = set(cache.iterdir())
    told = []
    found = verify_sbml(tmp_path / "suite", workers=2, progress=lambda done, total: told.append((done, total)))
    assert [(each.case, each.verdict) for each in found] == [
        ("00001", "passed"), ("00002", "wrong"), ("00003", "refused"), ("00004", "passed"),
    ]  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert set(cache.iterdir()) == before


def test_a_folder_without_cases(tmp_path):
    with pytest.raises(BadInput, match="there are no cases"):
        verify_sbml(tmp_path)
