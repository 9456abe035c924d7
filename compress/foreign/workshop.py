"""Where a coder from outside runs: in a process of its own, that may hang, die, print and eat memory, and be replaced.

    we ──spec──▶ keeper: imports the coder, once ──fork──▶ child: one job, in a state that nobody has used

The keeper forks a child for each job, so that whoever decodes has only what the job brings: Q, payloads and counts.
A job is a list of calls, and its child answers each as soon as it is done; who does not answer in time is killed with
all that it started.  What it prints is caught.

Next: `foreign.coder` (one behind our protocol).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, BinaryIO

from compress.errors import DataError
from compress.foreign.limits import Allowance
from compress.foreign.messages import (
    Call,
    Trouble,
    answer_read,
    calls_told,
    read_frame,
    receive,
    receive_with_file,
    send,
)
from compress.foreign.places import name_of
from compress.foreign.wire import NoDataError, from_data

__all__ = ["Outcome", "Workshop"]

# For an interpreter to start, and for the keeper to see that a child is gone, seconds.
_PATIENCE = 120.0
# For a keeper to end its child, seconds.
_GRACE = 2.0
# Of what a keeper says about a job or an import, bytes.
_LONGEST_WORDS = 1 << 20
_GONE = Trouble("died", "the process that keeps the coder is gone")


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
    """A coder's keeper, which is started when it is needed.  Raises DataError, with the reason, where it cannot be had.

    coder: a spec, or the thing itself, which is sent to the keeper as it is.  It ends with its `with`, by `end`, or
    where nobody holds it.

    >>> with Workshop("zlib:") as workshop:
    ...     workshop.name
    'zlib:'
    """

    def __init__(self, coder: str | Any, limits: Allowance | None = None) -> None:
        self.name = coder if isinstance(coder, str) else name_of(coder)
        self.limits = limits or Allowance()
        self.coder = coder
        self._ending: weakref.finalize[Any, Any] | None = None

    def __enter__(self) -> Workshop:
        """The workshop, with its keeper."""
        if self._ending is None:
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the keeper, and whatever it left."""
        self.end()

    def run(self, calls: Sequence[Call]) -> Outcome:
        """The calls, one after the other, in a process that nobody has used."""
        if self._ending is None:
            self._start()
        try:
            send(self._keeper, calls_told(calls))
            answer, [pipe] = receive_with_file(self._keeper)
        except OSError:
            self.end()
            return Outcome(trouble=_GONE)
        [pid] = struct.unpack("<q", answer)
        with open(pipe, "rb", buffering=0) as replies:
            answers, trouble = self._answers(replies, calls, pid)
        # Whatever it started ends with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        try:
            status, printed, said = _ending(receive(self._keeper, _LONGEST_WORDS))
        except (OSError, NoDataError):
            self.end()
            return Outcome(answers, trouble or _GONE)
        if trouble is not None:
            message = _how_it_ended(status) if trouble.kind == "died" else trouble.message
            # Its last words may tell why.
            last = said.strip().rpartition("\n")[2].strip()
            trouble = replace(trouble, message=f"{message}; its last words: {last}" if last else message)
        return Outcome(answers, trouble, printed, said)

    def end(self) -> None:
        """End the keeper, and whatever it left; the next call starts another."""
        if self._ending is not None:
            self._ending()
            self._ending = None

    def _answers(self, replies: BinaryIO, calls: Sequence[Call], pid: int) -> tuple[list[Any], Trouble | None]:
        answers: list[Any] = []
        # Whoever has no memory may still say so.
        most = max(self.limits.max_memory, _LONGEST_WORDS)
        for call in calls:
            try:
                reply = read_frame(replies, time.monotonic() + self.limits.timeout, most)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
                return answers, Trouble("hung", f"it did not answer within {self.limits.timeout:g} s")
            except NoDataError as error:
                return answers, Trouble("unfit", str(error))
            if reply is None:
                return answers, Trouble("died", "its process ended")
            answer = answer_read(reply, call)
            if isinstance(answer, Trouble):
                return answers, answer
            answers.append(answer)
        return answers, None

    def _start(self) -> None:
        thing = None if isinstance(self.coder, str) else self._packed()
        ours, theirs = socket.socketpair()
        limits = (str(self.limits.timeout), str(self.limits.max_memory))
        command = [sys.executable, "-m", "compress.foreign.keeper", str(theirs.fileno()), *limits]
        errors = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the keeper
        with theirs:
            process = subprocess.Popen(
                command if thing is not None else [*command, self.coder],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        self._keeper = ours
        folders: list[str] = []
        self._ending = weakref.finalize(self, _end, process, ours, errors, folders)
        try:
            # The interpreter itself has to start first.
            ours.settimeout(_PATIENCE)
            receive(ours)
            ours.settimeout(self.limits.timeout)
            if thing is not None:
                send(ours, thing)
            problem = from_data(receive(ours, _LONGEST_WORDS), ())
            # From now on it answers at once, or is gone.
            ours.settimeout(_PATIENCE)
        except NoDataError as error:
            problem = str(error)
        except TimeoutError:
            self.end()
            raise DataError(f"{self.name}: its import did not end within {self.limits.timeout:g} s") from None
        except OSError:
            # Not to be waited for before it knows that nobody asks any longer.
            self.end()
            message = _how_it_ended(process.returncode)
            raise DataError(f"{self.name}: its import ended the process: {message}") from None
        if problem is not None:
            self.end()
            raise DataError(f"{self.name}: {problem}")
        try:
            # Room for what its children write.
            folders.append(tempfile.mkdtemp(prefix="codelen-"))
            send(ours, folders[0].encode())
        except OSError as error:
            self.end()
            raise DataError(f"{self.name}: no folder could be made for it: {error.strerror}") from None

    def _packed(self) -> bytes:
        """The thing itself, and where its modules are found."""
        import cloudpickle

        try:
            places = json.dumps(sys.path).encode()
            return struct.pack("<I", len(places)) + places + bytes(cloudpickle.dumps(self.coder))
        except Exception as error:
            raise DataError(
                f"{self.name}: it cannot be sent to a process of its own ({' '.join(str(error).split())}); "
                "hand in a class, or a function that makes one"
            ) from None


def _end(process: subprocess.Popen[bytes], ours: socket.socket, errors: IO[bytes], folders: Sequence[str]) -> None:
    """End a keeper, and whatever it left."""
    ours.close()
    # It sees that nobody asks any longer, and ends its child; who is in an endless import sees nothing.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    errors.close()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _ending(data: bytes) -> tuple[int, str, str]:
    """Of a job: its status, what was printed, and what was said.  Raises NoDataError for anything else."""
    told = from_data(data, ())
    if not isinstance(told, list) or [*map(type, told)] != [int, str, str]:
        raise NoDataError("it sent a message that no job ends with")
    status, printed, said = told
    return status, printed, said


def _how_it_ended(status: int) -> str:
    """In words, of a status as `subprocess` has it."""
    if status < 0:
        try:
            return f"its process was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"its process was ended by signal {-status}"
    return f"its process ended with status {status}"
