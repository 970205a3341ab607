import pytest

from unmoor.base.document import Document, checked, read_document
from unmoor.base.errors import BadInput
from unmoor.trial.study_file import PublishedPart, StudyFile

ROW = {"endpoint": "e", "arm": "a", "evidence": "X1", "source": "s", "use": "predicted"}


def test_the_bag_study_fits(write_study):
    found = checked(read_document(write_study()), StudyFile)
    assert [arm.name for arm in found.arms] == ["drug", "placebo"]
    assert found.endpoints[0].model_extra == {"target": "5 10^6 cells/kg"}
    assert found.seed == 1


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("title: A bag", "titel: A bag", "", "unknown entry 'titel'; did you mean 'title'"),
        ("    title: With drug", "    titel: With drug", "", "unknown entry 'arms.0.titel'; did you mean 'title'"),
        ("question: ", "# question: ", "title: A bag", "'question' is missing"),
        ("    n: 30", "    n: 0", "", "arms.0.n"),
        ("    n: 30", "    n: many", "", "arms.0.n"),
        ("  - name: drug", "  - name: 5 drugs", "", "arms.0.name"),
        ("use: predicted", "use: fitting", "", "unknown 'fitting'"),
        ("    switch: on", "    swich: on", "", "unknown entry .*apheresis.swich'; did you mean 'switch'"),
        ("events: 15, n: 30", "events: 15", "", "'events' needs 'n'"),
        ("events: 15, n: 30", "events: 31, n: 30", "", "no more events than 'n'"),
        ("events: 15, n: 30", "n: 30, note: x", "", "give one of 'events'"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(write_study, line_of, old, new, at, message):
    path = write_study((old, new))
    with pytest.raises(BadInput, match=message) as caught:
        checked(read_document(path), StudyFile)
    assert f"{path}:{line_of(path, at or new)}" in str(caught.value)


def test_a_published_number_is_one_number():
    document = Document("f", {**ROW, "value": 5, "lower": 4}, {(): 1})
    assert checked(document, PublishedPart).value == 5.0
    with pytest.raises(BadInput, match="give one of 'events'"):
        checked(Document("f", {**ROW, "value": 5, "events": 3, "n": 4}, {(): 1}), PublishedPart)
