"""Helpers of this process: an executor of any kind, or processes that are replaced when they die."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Any, ParamSpec, TypeVar

__all__ = ["Helpers", "KilledError", "Processes", "processes"]

P = ParamSpec("P")
T = TypeVar("T")


class KilledError(Exception):
    """A helper died while it made a call."""


class Helpers:
    """An executor as `concurrent.futures` has them, which somebody else began and ends.

    many: how many calls it may make at the same time.  tries: how often a call is made again whose helper has died.
    """

    tries = 2

    def __init__(self, executor: Executor, many: int = 8) -> None:
        self._executor, self.many = executor, many

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        """Have a call made."""
        try:
            return self._executor.submit(work, *given, **named)
        except BrokenExecutor as error:
            failed: Future[T] = Future()
            failed.set_exception(error)
            return failed

    def result(self, future: Future[T]) -> T:
        """What came of a call.  Raises KilledError, or what the call raised."""
        try:
            return future.result()
        except BrokenExecutor:
            raise KilledError from None

    def forget(self, future: Future[T]) -> None:
        """The result of a call is no longer needed: if it has not begun, it is not made."""
        future.cancel()

    def wait(self, futures: Collection[Future[Any]]) -> None:
        """Wait until one of these is done."""
        wait(futures, return_when=FIRST_COMPLETED)


class Processes(Helpers):
    """So many processes of this machine, each started when there is something for it; others for those that die."""

    def __init__(self, jobs: int) -> None:
        super().__init__(_pool(jobs), jobs)

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        """Have a call made; after one has died, by new ones."""
        try:
            return self._executor.submit(work, *given, **named)
        except BrokenExecutor:
            self._executor.shutdown(wait=False)
            self._executor = _pool(self.many)
            return super().submit(work, *given, **named)

    def forget(self, future: Future[T]) -> None:
        """Do nothing yet: calls that have not begun when the processes end are never made.

        When one dies, the pool gives every future an error, and Python 3.11 cannot give one to a cancelled future.
        """

    def end(self, *, now: bool = False) -> None:
        """End them; now: whether what is at work is not waited for."""
        if now:
            import multiprocessing

            for child in multiprocessing.active_children():
                child.terminate()
        self._executor.shutdown(cancel_futures=True)


@contextlib.contextmanager
def processes(jobs: int) -> Iterator[Processes | None]:
    """So many processes; None for 1: this process alone.

    >>> with processes(1) as alone:
    ...     alone is None
    True
    """
    if jobs == 1:
        yield None
        return
    made = Processes(jobs)
    try:
        yield made
    except BaseException:
        # After a Ctrl-C nobody waits for what may take long.
        made.end(now=True)
        raise
    made.end()


def _pool(jobs: int) -> Executor:
    # Loaded only where help is needed.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context, resource_tracker

    # What watches over shared semaphores outlives an interrupted process, and puts them away without a warning.
    sys.warnoptions.append("ignore::UserWarning")
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.pop()
    # Forked, they would have this process's threads and kernels half done.
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begun)


def _begun() -> None:
    """A helper begins.  It ends with the process that asked for it, however that ended."""
    # A Ctrl-C is told to all processes of a terminal; whoever asked for the work decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # There is nothing to be put away, which takes a third of a second.
    atexit.register(os._exit, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
