"""libAntimony's answers are remembered, and a spoilt memory only costs time."""

import json
import os

import pytest

from unmoor.model import load_model
from unmoor.model.antimony import compose
from unmoor.model.translate import antimony_text


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "antimony"


def test_the_second_answer_comes_from_the_cache_folder(content, memory, monkeypatch):
    first = compose(content.tiny)
    assert len(os.listdir(memory)) == 1
    monkeypatch.setattr("unmoor.model.translate._ask", lambda *_: pytest.fail("libAntimony was asked again"))
    again = compose(content.tiny)
    assert (again.sbml, again.natures) == (first.sbml, first.natures)


def test_another_text_is_another_answer(content, memory):
    first = compose(content.tiny).sbml
    content.edit("modules/pk/body.ant", "absorption_rate*depot", "2*absorption_rate*depot")
    assert compose(content.tiny).sbml != first
    assert len(os.listdir(memory)) == 2


@pytest.mark.parametrize("spoil", ["", "{}", "not json", '{"key": 1}', "[1]"])
def test_a_spoilt_file_is_replaced(content, memory, spoil):
    first = compose(content.tiny).sbml
    (file,) = memory.iterdir()
    whole = file.read_text()
    file.write_text(spoil)
    assert compose(content.tiny).sbml == first
    assert file.read_text() == whole


def test_a_changed_answer_is_not_believed(content, memory):
    first = compose(content.tiny).sbml
    (file,) = memory.iterdir()
    stored = json.loads(file.read_text())
    stored["flattened"] = stored["flattened"].replace("exp", "sin")
    file.write_text(json.dumps(stored))
    assert compose(content.tiny).sbml == first


def test_a_cache_folder_that_cannot_be_written_is_done_without(content, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "file"))
    assert load_model(content.tiny).states


def test_a_file_in_the_working_folder_is_not_imported_by_chance(content, memory, tmp_path, monkeypatch):
    first = compose(content.tiny).sbml
    (tmp_path / "here" / "pk").mkdir(parents=True)
    (tmp_path / "here" / "pk" / "body.ant").write_text("model body()\n  other := 1\nend\n")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path / "other"))
    assert compose(content.tiny).sbml == first


def test_text_that_is_no_sbml_has_no_antimony():
    assert antimony_text("<sbml/>") == ""
