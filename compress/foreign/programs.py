"""A coder from outside that is a program in any language.

    COMMAND encode MODEL.json          the symbols on standard input, their payload on standard output
    COMMAND decode MODEL.json COUNT    the payload on standard input, COUNT symbols on standard output

MODEL.json is {"symbols": K, "dtype": "u1", "<u2" or "<u4", "probabilities": [q_0, ..., q_(K-1)]}.  Each call starts the
program anew.  One that takes long to start may also know

    COMMAND serve MODEL.json           "ready" and a newline on standard output; then, until standard input ends,
                                       "encode SIZE" or "decode SIZE COUNT", a newline and SIZE bytes, are each
                                       answered with the size of what was made, a newline, and its bytes

and is then started once for all messages of a case.  It is asked once whether it does.

Next: `places` (where a coder is).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from compress.foreign.shapes import Symbols, UnfitError, Vector, as_bytes, from_bytes, width_of

__all__ = ["Program"]

_READY = b"ready\n"
# How long a program may take to say so, seconds.
_GREETING = 5.0
# The longest line in front of an answer, bytes.
_LINE = 40

# What is asked with data and more words, and gives data.
_Asked = Callable[..., bytes]


class Program:
    """A command, called with probabilities.  Raises UnfitError if it cannot be started.

    >>> Program(["no-such-program"])
    Traceback (most recent call last):
    compress.foreign.shapes.UnfitError: no-such-program: No such file or directory
    """

    def __init__(self, command: list[str]) -> None:
        if not command:
            raise UnfitError("it names no command")
        # It is called in another folder: what names a file here is named in full.
        self._command = [os.path.abspath(word) if os.path.exists(word) else word for word in command]
        self.serves = self._greets()

    def __call__(self, probabilities: Vector) -> tuple[Callable[[Symbols], bytes], Callable[[bytes, int], Symbols]]:
        """Return the functions that encode and decode with these probabilities."""
        size = probabilities.size
        model = _model(probabilities)
        run = self._serving(model) if self.serves else self._starting(model)

        def encode(symbols: Symbols) -> bytes:
            return run(as_bytes(symbols, size), "encode")

        def decode(payload: bytes, count: int) -> Symbols:
            return from_bytes(run(payload, "decode", str(count)), size, "wrote")

        return encode, decode

    def _greets(self) -> bool:
        """Whether it says that it serves: asked once, in an empty folder, with nothing to do."""
        with tempfile.TemporaryDirectory(prefix="codelen-") as place, tempfile.TemporaryFile() as said:
            model = _written(_model(np.array([0.5, 0.5])), place)
            process = self._started(
                ["serve", model], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.DEVNULL, cwd=place
            )
            try:
                process.wait(_GREETING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            said.seek(0)
            return said.read(len(_READY) + 1) == _READY

    def _started(self, more: list[str], **files: Any) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen([*self._command, *more], **files)
        except OSError as error:
            raise UnfitError(f"{self._command[0]}: {error.strerror}") from None

    def _starting(self, model: dict[str, Any]) -> _Asked:
        """Return a function that starts one process for each message."""

        def ask(data: bytes, what: str, *more: str) -> bytes:
            with tempfile.TemporaryDirectory() as place:
                words = [what, _written(model, place), *more]
                process = self._started(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                made, _ = process.communicate(data)
            if process.returncode:
                raise RuntimeError(f"{what} ended with {_ended(process.returncode)}")
            return made

        return ask

    def _serving(self, model: dict[str, Any]) -> _Asked:
        """Return a function that asks one process for all messages."""
        place = tempfile.mkdtemp()
        process = self._started(["serve", _written(model, place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return _Served(process, place)


class _Served:
    """A process that answers until nobody holds this any longer.  Raises RuntimeError if it does not say it is ready.

    place: a folder, which goes with it.
    """

    def __init__(self, process: subprocess.Popen[bytes], place: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._requests, self._answers = process, process.stdin, process.stdout
        weakref.finalize(self, _end, process, process.stdin, process.stdout, place)
        greeting = self._answers.readline(_LINE)
        if greeting != _READY:
            raise RuntimeError(f"serve answered {greeting!r}, not that it is ready")

    def __call__(self, data: bytes, what: str, *more: str) -> bytes:
        """What it makes of the data.  Raises RuntimeError where it has ended, UnfitError for no answer."""
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(f"{' '.join([what, str(len(data)), *more])}\n".encode() + data)
            self._requests.flush()
        line = self._answers.readline(_LINE)
        if not line:
            raise RuntimeError(f"{what} ended with {_ended(self._process.wait())}")
        if not line.endswith(b"\n") or not line[:-1].isdigit():
            raise UnfitError(f"{what} answered {line!r}, not the number of bytes that follow")
        size = int(line)
        made = self._answers.read(size)
        if len(made) < size:
            raise UnfitError(f"{what} said {size:,} bytes and wrote {len(made):,}")
        return made


def _end(process: subprocess.Popen[bytes], requests: IO[bytes], answers: IO[bytes], place: str) -> None:
    process.kill()
    # What is still to be written has no reader.
    with contextlib.suppress(BrokenPipeError):
        requests.close()
    answers.close()
    process.wait()
    shutil.rmtree(place, ignore_errors=True)


def _model(probabilities: Vector) -> dict[str, Any]:
    """Return the content of MODEL.json."""
    size = probabilities.size
    dtype = width_of(size).str.lstrip("|")
    return {"symbols": size, "dtype": dtype, "probabilities": probabilities.tolist()}


def _written(model: dict[str, Any], place: str) -> str:
    """The name of the file in which it is."""
    name = os.path.join(place, "model.json")
    with open(name, "w") as file:
        json.dump(model, file)
    return name


def _ended(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {-status}"
