"""Whoever keeps a coder leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from compress.foreign import keeper
from compress.foreign.keeper import _keep, _leave
from compress.foreign.messages import receive, send

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")


class _EndedError(Exception):
    """This process would have ended here."""


@pytest.fixture
def _ends_by_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not `sys.exit`: then what the coder has registered for an end would run."""

    def ended(status: int) -> None:
        raise _EndedError(status)

    monkeypatch.setattr(os, "_exit", ended)


@pytest.mark.usefixtures("_ends_by_an_error")
def test_it_ends_at_once_where_nobody_has_a_job_for_it_any_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "places").mkdir()
    ours, theirs = socket.socketpair()
    # What it does to its own process it must not do to that of the tests.
    monkeypatch.setattr(keeper, "_adopt", lambda: None)
    monkeypatch.setattr(signal, "setitimer", lambda *_: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(socket, "socket", lambda **_: ours)
    with ours, theirs:
        send(theirs, bytes(tmp_path / "places"))
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(_EndedError, match="0"):
            _keep(ours.fileno(), 60, 1 << 30, "zlib:")
        assert receive(theirs) == b"here"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_ends_by_an_error")
@pytest.mark.parametrize("is_gone", [False, True])
def test_it_leaves_at_once_but_not_before_a_child_that_takes_its_time(
    is_gone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked may have removed the folder."""
    folder = tmp_path / "places"
    if not is_gone:
        (folder / "one").mkdir(parents=True)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(9)"], start_new_session=True)
    killed = list[tuple[int, int]]()

    def killed_slowly(group: int, sent: int) -> None:
        killed.append((group, sent))
        threading.Timer(0.2, child.send_signal, [sent]).start()

    monkeypatch.setattr(os, "killpg", killed_slowly)
    with pytest.raises(_EndedError, match="0"):
        _leave(child.pid, str(folder))
    assert killed == [(child.pid, signal.SIGKILL)]
    # Whoever writes still would write into a folder that is gone, or make it anew.
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)
    assert not folder.exists()
    child.wait()
