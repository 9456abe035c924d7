"""Signals: what asks the program to end, and what must be undone before it does.

A Python signal handler may be called in the middle of anything, a callback of the compiler
included, where an exception would be swallowed or would crash.  So none is raised: the handler
undoes what is half done (a temporary file, a hidden cursor), says one word, and the process is
over.  Nothing on the way can catch it.

    SIGINT 130   SIGTERM 143   SIGHUP 129   SIGQUIT 131

Left out: SIGKILL, which nobody can handle.
"""

from __future__ import annotations

import contextlib
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

__all__ = ["end_on_signals", "undone_if_interrupted"]

_WORDS = {
    getattr(signal, name): word
    for name, word in (
        ("SIGINT", "interrupted"),
        ("SIGTERM", "terminated"),
        ("SIGHUP", "hung up"),
        ("SIGQUIT", "quit"),
    )
    # Not every system has them all.
    if hasattr(signal, name)
}

# What is half done: each is called once, by the handler, if a signal ends the process now.
_half_done: dict[object, Callable[[], object]] = {}


def end_on_signals() -> None:
    """From now on these signals end the process: for a program, never for a library."""
    for number in _WORDS:
        # Who started us may have said that a signal is not for us, as nohup does.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


@contextlib.contextmanager
def undone_if_interrupted(undo: Callable[[], object]) -> Iterator[None]:
    """While the block runs, a signal that ends the process calls `undo` first."""
    key = object()
    _half_done[key] = undo
    try:
        yield
    finally:
        del _half_done[key]


def _end(number: int, frame: FrameType | None) -> NoReturn:
    for again in _WORDS:
        signal.signal(again, signal.SIG_IGN)
    for undo in list(_half_done.values()):
        with contextlib.suppress(Exception):
            undo()
    with contextlib.suppress(OSError):
        os.write(2, f"codelen: {_WORDS[number]}\n".encode())
    # Not sys.exit: what unwinds can be caught.
    os._exit(128 + number)
