"""Many calls of one pure function: here, or by helpers.

    tasks ──▶ work ──▶ results, in the order of the tasks

What comes out depends neither on which helper did it nor on how many there were.  Little work needs none: the first
calls are made here, and show how long the rest will take.  Then a few calls are handed out at a time, as one, so that
telling of them costs little beside what they do; and no more of these are out than keep everybody busy.

A helper may die.  What was out then is tried again, a call at a time, and a call that has ended two helpers by itself
is given up.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Generic, NamedTuple, TypeVar

from compress.errors import DataError
from compress.running.helpers import Helpers, KilledError

__all__ = ["each"]

A = TypeVar("A")
B = TypeVar("B")

# Seconds.  Nobody is asked for help before so many have shown how long the rest will take, nor for less than so many;
# the first call may have waited for machine code, and counts alone only where it took long.
_LOOK, _WORTH, _LONG = 0.1, 3.0, 1.0
# What is handed out at once takes so long: telling a cluster of it takes 3 ms (`tests/benchmarks/cells.py`).
_AT_ONCE, _MOST_AT_ONCE = 0.1, 4096
# Batches for each helper that nobody has done yet; and how many may be out, done or not, behind one that takes long.
_WAITING, _MOST_OUT = 3, 1000


def each(
    work: Callable[[A], B],
    tasks: Sequence[A],
    executor: Executor | Helpers | None = None,
    lost: Callable[[A], B] | None = None,
    *,
    at_once: bool = False,
) -> Iterator[B]:
    """What becomes of each task.

    work, and what it takes and gives, can be pickled where the executor has other processes.  lost: what stands for a
    task that ended two helpers; where it is None, that is a DataError.  at_once: whether each takes so long that help
    is asked for without a look.

    >>> list(each(str, range(5)))
    ['0', '1', '2', '3', '4']
    """
    helpers = executor if isinstance(executor, Helpers | None) else Helpers(executor)
    took: list[float] = []
    for done, task in enumerate(tasks):
        if helpers is not None and (at_once or (took and _is_long(took, len(tasks) - done))):
            yield from _helped(work, tasks, done, helpers, lost)
            return
        begin = time.monotonic()
        result = work(task)
        took.append(time.monotonic() - begin)
        yield result


def _pace(took: Sequence[float]) -> float:
    """How long a call takes: the mean of those after the first."""
    return sum(took[1:]) / (len(took) - 1) if len(took) > 1 else took[0]


def _is_long(took: Sequence[float], rest: int) -> bool:
    """Whether there is enough left to ask for help."""
    known = len(took) > 1 or took[0] > _LONG
    return known and sum(took) > _LOOK and _pace(took) * rest > _WORTH


def _helped(
    work: Callable[[A], B], tasks: Sequence[A], begun: int, helpers: Helpers, lost: Callable[[A], B] | None
) -> Iterator[B]:
    """The results of the rest of the tasks, some of them handed out at once: so many that they take their time."""
    out: deque[tuple[Sequence[A], Future[_Done[B]]]] = deque()
    size = 1
    try:
        while begun < len(tasks) or out:
            # One that takes long holds up nobody but its own result.
            waiting = [future for _, future in out if not future.done()]
            if begun < len(tasks) and len(waiting) < _WAITING * helpers.many and len(out) < _MOST_OUT:
                # At the end everybody is to have something.
                size = min(size, math.ceil((len(tasks) - begun) / (2 * helpers.many)))
                batch = tasks[begun : begun + size]
                out.append((batch, helpers.submit(_several, work, batch)))
                begun += len(batch)
            elif out[0][1].done():
                batch, future = out.popleft()
                results, seconds = _taken(work, batch, future, helpers, lost)
                yield from results
                size = max(min(int(_AT_ONCE * len(batch) / max(seconds, 1e-9)), 2 * size, _MOST_AT_ONCE), 1)
            else:
                helpers.wait(waiting)
    finally:
        for _, future in out:
            helpers.forget(future)


class _Done(NamedTuple, Generic[B]):
    """What came of some calls, and how long they took."""

    results: list[B]
    seconds: float


def _several(work: Callable[[A], B], tasks: Sequence[A]) -> _Done[B]:
    begin = time.monotonic()
    return _Done([work(task) for task in tasks], time.monotonic() - begin)


def _taken(
    work: Callable[[A], B],
    tasks: Sequence[A],
    future: Future[_Done[B]],
    helpers: Helpers,
    lost: Callable[[A], B] | None,
) -> _Done[B]:
    """What came of some tasks; of those whose helper has died, one by one."""
    try:
        return helpers.result(future)
    except KilledError:
        return _Done([_alone(work, task, helpers, lost) for task in tasks], _AT_ONCE)


def _alone(work: Callable[[A], B], task: A, helpers: Helpers, lost: Callable[[A], B] | None) -> B:
    """What comes of a task while nothing else is done."""
    for _ in range(helpers.tries):
        with contextlib.suppress(KilledError):
            return helpers.result(helpers.submit(_several, work, [task])).results[0]
    if lost is None:
        raise DataError("a process that helped was ended by somebody, or had too little memory")
    return lost(task)
