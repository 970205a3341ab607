import pytest

from unmoor.base.errors import UnmoorError
from unmoor.base.result_tables import encode
from unmoor.base.stored_result import StoredResult
from unmoor.trial import simulate
from unmoor.trial.gathering import Gathering

FACTS = {"key": "k", "study": "s"}


@pytest.fixture
def chunks(bag, some_people):
    """Two chunks of three patients."""
    people = some_people(bag, [0.2, 0.5, 1.0, 1.5, 2.0, 3.0])
    return simulate(bag, people[:3]), simulate(bag, people[3:])


def test_chunks_come_in_any_order_and_end_in_that_of_the_patients(chunks, tmp_path):
    for folder, keep in ((None, True), (tmp_path / "a", True), (tmp_path / "b", False)):
        gathered = Gathering.begin(folder, FACTS, {}, keep=keep)
        gathered.add(3, encode(chunks[1]))
        gathered.add(0, chunks[0])
        assert gathered.patients == 6
        result = gathered.end()
        assert isinstance(result, StoredResult) == (not keep)
        assert result.patients.index.tolist() == [100, 101, 102, 103, 104, 105]
        assert result.complete


def test_what_is_not_kept_is_not_in_memory(chunks, tmp_path):
    gathered = Gathering.begin(tmp_path, FACTS, {}, keep=False)
    gathered.add(0, chunks[0])
    assert not gathered.parts
    assert not gathered.unwritten


@pytest.mark.parametrize("keep", [True, False])
def test_a_chunk_that_cannot_be_written_is_kept(chunks, tmp_path, keep):
    gathered = Gathering.begin(tmp_path, FACTS, {}, keep=keep)
    gathered.add(0, chunks[0])
    (tmp_path / "sessions" / "00000003.parquet").mkdir()  # no file can take its place
    with pytest.raises(UnmoorError, match="cannot write"):
        gathered.add(3, chunks[1])
    found = gathered.result(complete=False)
    assert found is not None
    assert (found.n, found.complete) == (6, False)


def test_nothing_finished_is_no_result(tmp_path):
    assert Gathering.begin(tmp_path, FACTS, {}, keep=False).result(complete=False) is None
