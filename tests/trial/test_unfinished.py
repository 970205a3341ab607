import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from unmoor.base.errors import BadInput
from unmoor.population import sample
from unmoor.trial import Interrupted, load_study, simulate, unfinished

DATA = Path(__file__).parent / "data"


def press_ctrl_c(done, total):
    if done == 9:  # the first arm of the second chunk
        raise KeyboardInterrupt


@pytest.fixture
def study_file(tmp_path):
    """The bag study, its model and its population in a folder of their own."""
    for name in ("bag.yaml", "bag.ant", "bag.csv", "people.yaml"):
        if (DATA / name).exists():
            shutil.copy(DATA / name, tmp_path)
    return tmp_path / "bag.yaml"


@pytest.fixture
def stopped(study_file, tmp_path):
    study = load_study(study_file)
    with pytest.raises(Interrupted):
        simulate(study, sample(study.population, 9, 4), chunk=3, to=tmp_path / "run", progress=press_ctrl_c)
    return tmp_path / "run"


def test_a_folder_says_how_it_is_to_go_on(stopped, study_file):
    found = unfinished(stopped)
    assert (found.study.file, len(found.patients), found.patients.seed) == (str(study_file), 9, 4)
    assert (found.chunk, found.finished, found.complete) == (3, 3, False)
    np.testing.assert_array_equal(found.patients.parameters, sample(found.study.population, 9, 4).parameters)


def test_a_study_of_the_library_is_known_by_its_name(dipersio, dipersio_patients, tmp_path):
    simulate(dipersio, dipersio_patients[:2], to=tmp_path)
    assert json.loads((tmp_path / "result.json").read_text())["run"]["study"] == "dipersio-2009-nhl"
    found = unfinished(tmp_path)
    assert (found.complete, len(found.patients)) == (True, 2)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("bag.yaml", "A bag that fills", "A bag that is filled", "changed since it began: the study file"),
        ("bag.ant", "level' = rise", "level' = 2*rise", "changed since it began: the model"),
        ("people.yaml", "upper: 90", "upper: 91", "changed since it began: the patients"),
    ],
)
def test_changed_input_is_refused_by_name(stopped, study_file, file, old, new, message):
    path = study_file.with_name(file)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadInput, match=message):
        unfinished(stopped)


def test_a_study_that_moved_is_asked_for_and_taken_where_it_is(stopped, study_file, tmp_path):
    new = tmp_path / "elsewhere"
    new.mkdir()
    for path in tmp_path.glob("*.*"):
        shutil.move(path, new)
    with pytest.raises(BadInput, match=r"bag\.yaml' of this run is gone\n.*--study"):
        unfinished(stopped)
    assert unfinished(stopped, new / "bag.yaml").finished == 3


def test_patients_without_a_seed_or_other_than_drawn_are_told(bag, some_people, dipersio, dipersio_patients, tmp_path):
    simulate(bag, some_people(bag, [1.0]), to=tmp_path / "a")
    with pytest.raises(BadInput, match=r"not drawn by a seed\n.*goes on, too"):
        unfinished(tmp_path / "a")
    simulate(dipersio, dipersio_patients[[5, 2]], to=tmp_path / "b")
    with pytest.raises(BadInput, match="changed since it began: the patients"):
        unfinished(tmp_path / "b")


def test_a_result_that_was_only_saved_cannot_go_on(bag_result, tmp_path):
    bag_result.save(tmp_path)
    with pytest.raises(BadInput, match="does not say how it was run"):
        unfinished(tmp_path)
    with pytest.raises(BadInput, match="no result in"):
        unfinished(tmp_path / "nowhere")
