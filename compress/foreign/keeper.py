"""The process that keeps a coder: it imports it once, and forks a child for each job, in a state that nobody has used.

    python -m compress.foreign.keeper FD SECONDS BYTES [SPEC]    a socket to whoever asks, the time for the import, the
                                                                 memory of a child, the coder

Without a SPEC, the coder itself comes through the socket, with the folders in which its modules are found.
Each child works in a folder of its own, which is empty at first and gone at the end: a message that is kept in a file,
by a relative name, or at home, or among the temporary ones, is not there when it is decoded.

Whoever asks may be killed at any time, and then nothing of this is left: not an endless import, and not an endless job.

Next: `workshop` (whoever asks).
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import pickle
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from compress.foreign.messages import Call, Encode, Make, Trouble, answer_told, calls_read, framed, receive, send
from compress.foreign.places import found
from compress.foreign.shapes import Adapted, Symbols, UnfitError, adapted
from compress.foreign.wire import as_data

__all__: list[str] = []

# Of what a coder says on its standard streams, bytes.
_HEARD = 2_000
# How long an import may take beyond its time, seconds.
_GRACE = 2.0
# Of Linux: a signal for whose parent ends.
_PR_SET_PDEATHSIG = 1
# And for a process that adopts whatever its children leave behind.
_PR_SET_CHILD_SUBREAPER = 36
# Processes that a user may have while a coder works.
_PROCESSES = 4_096
# How often a child is looked for: it is soon done, or takes its time, seconds.
_PAUSE, _SLOWER, _LONGEST_PAUSE = 0.0005, 1.2, 0.05


def _keep(fd: int, seconds: float, max_memory: int, spec: str | None = None) -> None:
    """The keeper's life: import, then a child for each job until the other end is gone."""
    ours, keeper = socket.socket(fileno=fd), os.getpid()
    _adopt()
    send(ours, b"here")
    # Whoever asks does not wait so long, and is to say so.
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
    try:
        thing, problem = _handed_in(receive(ours)) if spec is None else found(spec), None
    except UnfitError as error:
        thing, problem = None, str(error)
    except BaseException as error:
        thing, problem = None, f"its import failed: {_told(error)}"
    signal.setitimer(signal.ITIMER_REAL, 0)
    send(ours, as_data(problem))
    if problem is not None:
        return
    folder = receive(ours).decode()
    # Relative names mean what they meant, for whoever imports later.
    sys.path[:] = map(os.path.abspath, sys.path)
    own = _children()
    while True:
        try:
            job = receive(ours)
        except OSError:
            # At once, whatever the coder has registered for an end.
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        place = tempfile.mkdtemp(dir=folder)
        reading, writing = os.pipe()
        with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
            pid = os.fork()
            if pid == 0:
                os.setpgid(0, 0)
                _tie_to(keeper)
                ours.close()
                os.close(reading)
                os.dup2(printed.fileno(), 1)
                os.dup2(said.fileno(), 2)
                _limit(max_memory)
                _move_to(place)
                _work(thing, calls_read(job), writing)
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            os.close(writing)
            try:
                send(ours, struct.pack("<q", pid), reading)
            except OSError:
                _leave(pid, folder)
            os.close(reading)
            status = _waited(pid, ours, folder)
            _end_others(own)
            shutil.rmtree(place, ignore_errors=True)
            heard = []
            for file in (printed, said):
                file.seek(0)
                heard.append(file.read(_HEARD).decode("utf-8", "backslashreplace"))
        send(ours, as_data([os.waitstatus_to_exitcode(status), *heard]))


def _limit(max_memory: int) -> None:
    """What this process may take from now on: no more memory, and no more than it might take before; no core file."""
    most_of = ((resource.RLIMIT_AS, max_memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, _PROCESSES))
    for what, most in most_of:
        allowed = resource.getrlimit(what)[1]
        limit = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        # Where a system knows no such limit, there is none.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def _tie_to(keeper: int) -> None:
    """A child does not outlive its keeper, if that is killed.  Elsewhere than on Linux nothing ties them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)


def _adopt() -> None:
    """From now on whatever a child leaves behind becomes a child of this process, which can end it: on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _children() -> set[int]:
    """The processes that this one has begun or adopted, where the system tells."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return {int(pid) for pid in file.read().split()}
    except OSError:
        return set()


def _end_others(own: set[int]) -> None:
    """End what a child has left behind, in sessions of their own; own: what the coder's import has begun."""
    while others := _children() - own:
        for pid in others:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _move_to(place: str) -> None:
    """Work in this folder, where home and temporary files are, too."""
    os.chdir(place)
    os.environ.update(HOME=place, TMPDIR=place)
    tempfile.tempdir = None


def _leave(pid: int, folder: str) -> NoReturn:
    """End a child, all that it started, and this process: whoever asked is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _waited(pid: int, ours: socket.socket, folder: str) -> int:
    """The status of a child that has ended.  If whoever asked is gone first, nobody needs it, nor what it started."""
    pause = _PAUSE
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        # Nothing is said while a job is done: what there is to read is the end.
        if select.select([ours], [], [], pause)[0]:
            _leave(pid, folder)
        pause = min(_SLOWER * pause, _LONGEST_PAUSE)


def _handed_in(data: bytes) -> Any:
    """A thing that was sent as it is."""
    # Its modules may stand where ours are not looked for: so the folders come first.
    file = io.BytesIO(data)
    [size] = struct.unpack("<I", file.read(4))
    sys.path[:] = json.loads(file.read(size))
    return pickle.load(file)


def _work(thing: Any, calls: Sequence[Call], answers: int) -> None:
    """A child's life: the calls, each answered; it never comes back."""
    coders: dict[int, Adapted] = {}

    def answer(made: Any) -> None:
        data = answer_told(made)
        with open(answers, "wb", closefd=False) as file:
            file.write(framed(data))

    for call in calls:
        try:
            answer(_called(thing, coders, call))
        except UnfitError as error:
            answer(Trouble("unfit", str(error)))
            break
        except BaseException as error:  # a panic of another language, and an exit, are none of Exception
            answer(Trouble("raised", _told(error), " ".join(each.__name__ for each in type(error).__mro__)))
            break
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    # Not back into the keeper's own loop, whatever the coder has registered.
    os._exit(0)


def _called(thing: Any, coders: dict[int, Adapted], call: Call) -> Any:
    if isinstance(call, Make):
        coders[call.slot] = adapted(thing, call.probabilities.copy())
        return coders[call.slot].told
    if isinstance(call, Encode):
        return coders[call.slot].encode(_seen(call.symbols, call.view))
    return coders[call.slot].decode(call.payload, call.count)


def _seen(symbols: Symbols, view: str) -> Symbols:
    """The same symbols in an array of another kind."""
    if view == "strided":
        wide = np.zeros(2 * symbols.size, np.uint8)
        wide[::2] = symbols
        return wide[::2]
    if view == "readonly":
        fixed = symbols.copy()
        fixed.flags.writeable = False
        return fixed
    return symbols.astype(view) if view != "plain" else symbols


def _told(error: BaseException) -> str:
    """What was raised, and the last line of the coder's own that it came from."""
    message = " ".join(str(error).split())
    told = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if isinstance(error, SyntaxError):
        return told
    frames = traceback.extract_tb(error.__traceback__)
    ours = os.path.dirname(os.path.abspath(__file__))
    own = [frame for frame in frames if not frame.filename.startswith((ours, "<"))]
    return f"{told} ({os.path.basename(own[-1].filename)}:{own[-1].lineno})" if own else told


if __name__ == "__main__":
    _keep(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
