"""Who makes calls for this process: an executor of whatever kind, or processes that are replaced when they die."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

__all__ = ["Helpers", "KilledError", "Processes", "processes"]

P = ParamSpec("P")
T = TypeVar("T")


class KilledError(Exception):
    """Who made a call has died of it, or beside it."""


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

    def end(self) -> None:
        """End them; after a Ctrl-C only what is at work is waited for."""
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
    finally:
        made.end()


def _pool(jobs: int) -> Executor:
    # Forked, they would have this process's threads and kernels half done.
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begun)


def _begun() -> None:
    """A Ctrl-C is told to all processes of a terminal: the one that asked for the work ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # There is nothing to be put away, which takes a third of a second.
    atexit.register(os._exit, 0)
