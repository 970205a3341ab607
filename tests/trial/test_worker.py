import io
import subprocess
import sys

import pytest

from unmoor.base.errors import UnmoorError
from unmoor.base.result_tables import encode
from unmoor.trial import simulate
from unmoor.trial.simulate import ATOL, RTOL
from unmoor.trial.task import Order
from unmoor.trial.worker import receive, send


def test_messages_survive_and_half_a_message_is_an_end():
    stream = io.BytesIO()
    send(stream, {"a": [1, 2]})
    send(stream, "b")
    whole = stream.getvalue()
    again = io.BytesIO(whole)
    assert (receive(again), receive(again)) == ({"a": [1, 2]}, "b")
    for length in (0, 3, 12):
        with pytest.raises(EOFError):
            receive(io.BytesIO(whole[:length]))


def test_a_worker_answers_with_tables_or_with_the_error_and_ends_with_its_input(bag, some_people):
    people = some_people(bag, [0.2, 1.0])
    command = [sys.executable, "-c", "from unmoor.trial.worker import main; main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        send(worker.stdin, Order.of(bag, people, threads=1, rtol=RTOL, atol=ATOL))
        send(worker.stdin, people)
        assert receive(worker.stdout) == encode(simulate(bag, people))
        send(worker.stdin, "no patients")
        answer = receive(worker.stdout)
        assert isinstance(answer, UnmoorError)
        assert "Traceback" in str(answer)
        worker.stdin.close()
        assert worker.wait(timeout=20) == 0
