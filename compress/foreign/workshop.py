"""Where a coder from outside runs: in a process of its own, that may hang, die, print and eat memory, and be replaced.

    we ──spec──▶ keeper: imports the coder, once ──fork──▶ child: one job, in a state that nobody has used

The keeper forks a child for each job, so that whoever decodes has only what the job brings: Q, payloads and counts.
A job is a list of calls, and its child answers each as soon as it is done; who does not answer in time is killed with
all that it started.  What it prints is caught.

Next: `foreign.coder` (one behind our protocol).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from compress.errors import DataError
from compress.foreign.messages import Call, Trouble, read_frame, receive, receive_with_file, send

__all__ = ["Outcome", "Workshop"]

_MEMORY = 4 << 30
# For an interpreter to start, and for the keeper to see that a child is gone, seconds.
_PATIENCE = 120.0


@dataclass(frozen=True)
class Outcome:
    """The answers of a job's calls, up to the first trouble.

    printed: what the coder wrote to standard output.  said: to standard error.
    """

    answers: list[Any] = field(default_factory=list)
    trouble: Trouble | None = None
    printed: str = ""
    said: str = ""


class Workshop:
    """A coder's keeper; to be used in a `with`.  Raises DataError, with the reason, if the coder cannot be had.

    timeout: seconds for a call, and for the import.  max_memory: bytes of a child's addresses.
    """

    def __init__(self, spec: str, *, timeout: float = 10.0, max_memory: int = _MEMORY) -> None:
        self.spec = spec
        self._timeout, self._max_memory = timeout, max_memory
        self._start()

    def __enter__(self) -> Workshop:
        """The workshop."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the keeper, and whatever it left."""
        self._end()

    def run(self, calls: Sequence[Call]) -> Outcome:
        """The calls, one after the other, in a process that nobody has used."""
        try:
            send(self._keeper, pickle.dumps(list(calls)))
            answer, [pipe] = receive_with_file(self._keeper)
        except OSError:
            self._end()
            self._start()
            return Outcome(trouble=Trouble("died", "the process that keeps the coder is gone"))
        [pid] = struct.unpack("<q", answer)
        with open(pipe, "rb", buffering=0) as replies:
            answers, trouble = self._answers(replies, len(calls), pid)
        # Whatever it started ends with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        try:
            status, printed, said = pickle.loads(receive(self._keeper))
        except OSError:
            self._end()
            self._start()
            return Outcome(answers, trouble or Trouble("died", "the process that keeps the coder is gone"))
        if trouble is not None:
            message = _how_it_ended(status) if trouble.kind == "died" else trouble.message
            # Its last words may tell why.
            last = said.strip().rpartition("\n")[2].strip()
            trouble = replace(trouble, message=f"{message}; its last words: {last}" if last else message)
        return Outcome(answers, trouble, printed, said)

    def _answers(self, replies: BinaryIO, expected: int, pid: int) -> tuple[list[Any], Trouble | None]:
        answers: list[Any] = []
        while len(answers) < expected:
            try:
                reply = read_frame(replies, time.monotonic() + self._timeout)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
                return answers, Trouble("hung", f"it did not answer within {self._timeout:g} s")
            if reply is None:
                return answers, Trouble("died", "its process ended")
            kind, value = pickle.loads(reply)
            if kind == "trouble":
                return answers, value
            answers.append(value)
        return answers, None

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        command = [
            sys.executable,
            "-m",
            "compress.foreign.keeper",
            str(theirs.fileno()),
            str(self._max_memory),
            self.spec,
        ]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the keeper
        with theirs:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                start_new_session=True,
            )
        self._keeper = ours
        try:
            # The interpreter itself has to start first.
            ours.settimeout(_PATIENCE)
            receive(ours)
            ours.settimeout(self._timeout)
            problem = pickle.loads(receive(ours))
            # From now on it answers at once, or is gone.
            ours.settimeout(_PATIENCE)
        except TimeoutError:
            self._end()
            raise DataError(f"{self.spec}: its import did not end within {self._timeout:g} s") from None
        except OSError:
            self._process.wait()
            message = _how_it_ended(self._process.returncode)
            self._end()
            raise DataError(f"{self.spec}: its import ended the process: {message}") from None
        if problem is not None:
            self._end()
            raise DataError(f"{self.spec}: {problem}")

    def _end(self) -> None:
        self._keeper.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._errors.close()


def _how_it_ended(status: int) -> str:
    """In words, of a status as `subprocess` has it."""
    if status < 0:
        try:
            return f"its process was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"its process was ended by signal {-status}"
    return f"its process ended with status {status}"
