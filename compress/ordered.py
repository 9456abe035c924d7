"""Work on one thing after another, by several threads: what comes out stands in the order of what went in.

A kernel lets other threads run meanwhile, and so does whatever zlib and numpy do with a large array.
"""

from __future__ import annotations

import itertools
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["all_cores", "in_order"]

A = TypeVar("A")
B = TypeVar("B")

# A thread is woken for this much work, seconds, or for this many items: less is not worth the waking.
_WORTH, _MOST = 0.008, 8
# Bytes; the C library looks at no more than 2^25.
_KEPT = (1 << 25) - (1 << 16)


def all_cores() -> int:
    """How many cores this process may use.

    >>> all_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[A], B], items: Iterable[A], threads: int, room: int = 0, needs: Callable[[A], int] = lambda item: 0
) -> Iterator[B]:
    """What becomes of each item, by so many threads; of items that take long, as many more wait, or are ready.

    The caller's own thread is one of them.  Items that take little time are handed out a few at a time.

    room: bytes that the items at hand may need together, needs(item), beyond what one of them needs.

    >>> list(in_order(str, range(5), threads=2))
    ['0', '1', '2', '3', '4']
    """
    items = iter(items)
    first_two = list(itertools.islice(items, 2))
    if threads == 1 or len(first_two) < 2:
        yield from map(work, itertools.chain(first_two, items))
        return
    # Whoever has one thread, or one item, does not wait for these.
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    # The C library gives memory back to the system at once, unless so much at a time has been free before.
    np.empty(_KEPT, np.uint8)

    begun: deque[_Begun[A, B]] = deque()
    many = 1

    def first() -> Iterator[B]:
        nonlocal many
        # Whoever waits for another thread does meanwhile what no thread has begun.
        while not begun[0].future.done():
            own = next((each for each in begun if each.made is None and each.future.cancel()), None)
            if own is None:
                break
            own.made = _made(work, own.items)
        made = begun.popleft().taken()
        many = max(min(int(_WORTH / max(made.seconds, 1e-9)), _MOST), 1)
        yield from made.results
        if made.error is not None:
            raise made.error

    with ThreadPoolExecutor(threads - 1) as pool:
        try:
            for some, needed in _few_at_a_time(itertools.chain(first_two, items), lambda: many, room, needs):
                while begun and (len(begun) > 2 * threads or needed + sum(each.needed for each in begun) > room > 0):
                    yield from first()
                begun.append(_Begun(some, needed, pool.submit(_made, work, some)))
            while begun:
                yield from first()
        finally:
            for each in begun:
                each.future.cancel()


def _few_at_a_time(
    items: Iterable[A], many: Callable[[], int], room: int, needs: Callable[[A], int]
) -> Iterator[tuple[list[A], int]]:
    """The items, many() at a time, or fewer where these would need more than there is room for; and what they need."""
    some, needed = list[A](), 0
    for item in items:
        size = needs(item)
        if some and needed + size > room > 0:
            yield some, needed
            some, needed = [], 0
        some.append(item)
        needed += size
        if len(some) >= many():
            yield some, needed
            some, needed = [], 0
    if some:
        yield some, needed


class _Begun(Generic[A, B]):
    """Some items that were handed out; made: what became of them where no other thread had begun them."""

    def __init__(self, items: Sequence[A], needed: int, future: Future[_Made[B]]) -> None:
        self.items, self.needed, self.future = items, needed, future
        self.made: _Made[B] | None = None

    def taken(self) -> _Made[B]:
        """What became of them, as soon as that is known."""
        return self.future.result() if self.made is None else self.made


class _Made(NamedTuple, Generic[B]):
    """What became of some items up to the first error, and the seconds that one took on average."""

    results: Sequence[B]
    error: Exception | None
    seconds: float


def _made(work: Callable[[A], B], items: Sequence[A]) -> _Made[B]:
    results, error, begin = list[B](), None, time.perf_counter()
    try:
        for item in items:
            results.append(work(item))
    except Exception as raised:
        error = raised
    return _Made(results, error, (time.perf_counter() - begin) / len(items))
