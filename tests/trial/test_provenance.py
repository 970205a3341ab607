import json

from unmoor.trial import load_study
from unmoor.trial.provenance import provenance_of


def key(study, people, rtol=1e-6):
    return provenance_of(study, people, rtol=rtol, atol=1e-9)["key"]


def test_the_key_changes_with_everything_that_changes_numbers(bag, write_study, some_people):
    people = some_people(bag, [1.0, 2.0])
    same = key(bag, people)
    assert key(bag, some_people(bag, [1.0, 2.0])) == same
    others = {
        key(bag, some_people(bag, [1.0, 2.1])),
        key(bag, people[:1]),
        key(bag, people, rtol=1e-8),
        key(load_study(write_study(("every: 6 h", "every: 3 h"))), people),
    }
    assert len(others) == 4
    assert same not in others


def test_the_model_and_its_values_are_part_of_the_key(write_study, some_people, tmp_path):
    study = load_study(write_study())
    people = some_people(study, [1.0])
    value = "parameters:\n  - {name: rise, value: 1 cells/(uL h), source: assumed, evidence: assumed}\nduration:"
    other = load_study(write_study(("duration:", value), name="other.yaml"))
    one, two = (provenance_of(each, people, rtol=1e-6, atol=1e-9) for each in (study, other))
    assert one["model_sha256"] != two["model_sha256"]
    assert one["key"] != two["key"]


def test_provenance_is_plain_json_and_says_what_was_used(bag, some_people):
    found = provenance_of(bag, some_people(bag, [1.0]), rtol=1e-6, atol=1e-9)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["study"], found["model"], found["patients"]) == ("bag", "bag", 1)
    assert found["libraries"]["numpy"]
    assert "/" not in found["machine"]
