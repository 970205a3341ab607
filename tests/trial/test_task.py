import pickle
from dataclasses import replace

import pytest

from unmoor.base.errors import BadInput
from unmoor.base.result_tables import encode
from unmoor.trial import simulate, task
from unmoor.trial.simulate import ATOL, RTOL
from unmoor.trial.task import Order, run_piece


def test_a_sent_order_gives_the_same_bytes(dipersio, dipersio_patients, dipersio_result):
    order = Order.of(dipersio, dipersio_patients, threads=1, rtol=RTOL, atol=ATOL)
    sent = pickle.loads(pickle.dumps((order, dipersio_patients[5:12])))
    assert run_piece(*sent) == encode(simulate(dipersio, dipersio_patients[5:12]))


def test_the_study_is_compiled_once_for_all_chunks(bag, some_people):
    people = some_people(bag, [0.5, 1.0])
    order = Order.of(bag, people, threads=1, rtol=RTOL, atol=ATOL)
    run_piece(order, people[:1])
    setup = task._setups[order.token]
    run_piece(order, people[1:])
    assert task._setups[order.token] is setup


def test_another_unmoor_is_refused(bag, some_people):
    people = some_people(bag, [0.5])
    order = replace(
        Order.of(bag, people, threads=1, rtol=RTOL, atol=ATOL), software="unmoor 0.0.1, code 000000000000"
    )
    with pytest.raises(BadInput, match=r"a worker has unmoor .*; this run needs unmoor 0\.0\.1"):
        run_piece(order, people)
