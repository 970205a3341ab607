import subprocess
import sys

import pytest

from unmoor.base.errors import BadInput, UnmoorError
from unmoor.base.folder_lock import locked

pytest.importorskip("fcntl", reason="folders cannot be locked on Windows")

HOLD = """
import sys
from unmoor.base.folder_lock import locked
with locked(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_at_a_time_and_a_killed_one_holds_nothing(tmp_path):
    run = tmp_path / "deep" / "run"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BadInput, match="another process is writing into"), locked(run):
            pytest.fail("entered")
        other.kill()
    with locked(run):
        assert list(run.iterdir()) == []
    with locked(run):
        pass


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnmoorError, match="cannot write"), locked(tmp_path / "file" / "run"):
        pytest.fail("entered")
