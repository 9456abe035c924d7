"""Many calls of one pure function: here, or in processes of their own, or wherever an executor has them made.

    tasks ──▶ work ──▶ results, in the order of the tasks

What comes out depends neither on who did it nor on how many they were.  Little work starts no process: a process is
started where the rest would take more than a second.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from compress.errors import DataError
from compress.ordered import handed_out

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["each", "processes"]

A = TypeVar("A")
B = TypeVar("B")

# Nobody is asked for help before so many seconds have shown how long the rest will take, nor for less than so many.
_LOOK, _WORTH = 0.1, 1.5
# Tasks that are handed out before the first of them is waited for.
_AHEAD = 64


def each(work: Callable[[A], B], tasks: Sequence[A], executor: Executor | None = None) -> Iterator[B]:
    """What becomes of each task.

    work, and what it takes and gives, can be pickled where the executor has other processes.  Raises DataError if a
    process died.

    >>> list(each(str, range(5)))
    ['0', '1', '2', '3', '4']
    """
    begin = time.monotonic()
    for done, task in enumerate(tasks):
        spent = time.monotonic() - begin
        if executor is not None and done and spent > _LOOK and spent / done * (len(tasks) - done) > _WORTH:
            yield from _helped(work, tasks[done:], executor)
            return
        yield work(task)


def _helped(work: Callable[[A], B], tasks: Sequence[A], executor: Executor) -> Iterator[B]:
    from concurrent.futures import BrokenExecutor

    try:
        yield from handed_out(executor, work, tasks, _AHEAD)
    except BrokenExecutor:
        raise DataError("a process that helped was ended by somebody, or had too little memory") from None


@contextlib.contextmanager
def processes(jobs: int) -> Iterator[Executor | None]:
    """So many processes, each started when there is something for it; None for 1: this process alone.

    >>> with processes(1) as alone:
    ...     alone is None
    True
    """
    if jobs == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forked, they would have this process's threads and kernels half done.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begun)
    try:
        yield pool
    finally:
        # After a Ctrl-C only what is at work is waited for.
        pool.shutdown(cancel_futures=True)


def _begun() -> None:
    """A Ctrl-C is told to all processes of a terminal: the one that asked for the work ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
